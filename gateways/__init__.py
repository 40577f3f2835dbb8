"""Edges out: what implements the ports towards vendors, the NLU and the shop's folder. Imports `model` alone."""
