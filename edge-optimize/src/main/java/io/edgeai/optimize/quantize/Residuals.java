package io.edgeai.optimize.quantize;

/** Which inputs of an Add that joins a convolution and a skip connection are rounded to bytes. */
public enum Residuals {
    /** Both: the Add itself runs on bytes. ONNX Runtime, the default. */
    ALL_INPUTS,
    /**
     * Only the one that skips: the convolution that nobody else reads hands its sum over unrounded, so that an engine
     * that adds inside the convolution (TensorRT) can fuse the two. Of two convolutions the later one is left unrounded.
     */
    SKIP_INPUT
}
