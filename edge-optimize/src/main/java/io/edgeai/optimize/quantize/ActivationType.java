package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;

/** The byte that holds an activation. */
public enum ActivationType {
    /** 0 to 255: what ONNX Runtime's x86 kernels are fastest with. */
    U8(0, 255, ElementType.UINT8),
    /** −128 to 127: what TensorRT and most accelerators expect. */
    S8(-128, 127, ElementType.INT8);

    private final int low;
    private final int high;
    private final ElementType element;

    ActivationType(int low, int high, ElementType element) {
        this.low = low;
        this.high = high;
        this.element = element;
    }

    /** Smallest level. */
    public int low() {
        return low;
    }

    /** Largest level. */
    public int high() {
        return high;
    }

    public ElementType element() {
        return element;
    }
}
