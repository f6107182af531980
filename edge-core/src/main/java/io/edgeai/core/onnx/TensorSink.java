package io.edgeai.core.onnx;

import com.google.protobuf.UnsafeByteOperations;
import io.edgeai.core.onnx.internal.wire.OnnxWire.TensorProto;

/** Takes the numbers of a constant while a model is encoded, and notes in the message where they are. */
interface TensorSink {
    /** Keeps the numbers in the model file itself, sharing the constant's memory. */
    TensorSink INLINE = (tensor, proto) -> proto.setRawData(UnsafeByteOperations.unsafeWrap(tensor.data()));

    void put(OnnxTensor tensor, TensorProto.Builder proto);
}
