"""Sentence encoders: published weights made into small ONNX models once, then run on one thread."""
