"""The journey of a message: dialogue, handing over, delivery, effects, timers."""
