package io.edgeai.core.runtime.onnxruntime;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;

/**
 * Finds tensors with external data in a model's bytes without building the model. A model opened from memory has no
 * folder, and ONNX Runtime would resolve such data against the working directory.
 */
final class ExternalData {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int TENSOR_LOCATION = 14;

    private ExternalData() {}

    static void refuse(byte[] model) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(model);
            in.setSizeLimit(Integer.MAX_VALUE);
            scan(in, 0);
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFormatException(
                    "Model in memory is not an ONNX model: " + e.getMessage()
                            + " Maybe it is truncated or of another format.",
                    e);
        } catch (IOException e) {
            throw new IllegalStateException("Reading an array cannot fail otherwise.", e);
        }
    }

    /** Levels: 0 model, 1 graph, 2 initializer. */
    private static void scan(CodedInputStream in, int level) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            boolean message = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
            if (message && ((level == 0 && field == MODEL_GRAPH) || (level == 1 && field == GRAPH_INITIALIZER))) {
                int outer = in.pushLimit(in.readRawVarint32());
                scan(in, level + 1);
                in.popLimit(outer);
            } else if (level == 2 && field == TENSOR_LOCATION && !message) {
                if (in.readEnum() == 1) {
                    throw new ModelFormatException("Model in memory refers to external data, which has no folder to be"
                            + " in. Maybe open it from its file instead.");
                }
            } else {
                in.skipField(tag);
            }
        }
    }
}
