package io.edgeai.formats.openvino.ops;

/** Writes one layer as ONNX nodes. Stateless. */
@FunctionalInterface
interface Mapping {
    void write(Layer op);
}
