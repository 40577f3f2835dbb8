"""Local stand-ins for the providers: they speak the wire protocols and enforce the limits.

Nothing here imports the shop and nothing of the shop imports this: a stand-in that shared
code with what it checks would agree with its mistakes.
"""
