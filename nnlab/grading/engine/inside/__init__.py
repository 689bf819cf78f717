"""What runs inside the student's kernel, and the wire to it.

The files of this folder are copied to where that kernel can read them;
they import NumPy and each other, nothing of nnlab.
"""
