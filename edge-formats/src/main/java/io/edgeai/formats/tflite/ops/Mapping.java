package io.edgeai.formats.tflite.ops;

/** Writes one operator as ONNX nodes. Stateless. */
@FunctionalInterface
interface Mapping {
    void write(Op op);
}
