package io.edgeai.core.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;

/**
 * A first walk over the wire format that allocates nothing: is it a whole protobuf message, has it the two fields every
 * ONNX model has, and how many nodes would decoding create?
 */
final class WireScan {
    private static final int MODEL_IR_VERSION = WireFormat.WIRETYPE_VARINT | 1 << 3;
    private static final int MODEL_GRAPH = message(7);
    private static final int MODEL_FUNCTION = message(25);
    private static final int GRAPH_NODE = message(1);
    private static final int FUNCTION_NODE = message(7);
    private static final int NODE_ATTRIBUTE = message(5);
    private static final int ATTRIBUTE_GRAPH = message(6);
    private static final int ATTRIBUTE_GRAPHS = message(11);

    private final OnnxLimits limits;
    private long nodes;
    private long attributes;
    private int depth;
    private boolean graph;
    private boolean irVersion;

    WireScan(OnnxLimits limits) {
        this.limits = limits;
    }

    private static int message(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    boolean hasGraph() {
        return graph;
    }

    boolean hasIrVersion() {
        return irVersion;
    }

    void scan(byte[] bytes) throws InvalidProtocolBufferException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        in.setRecursionLimit(limits.maxDepth());
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == MODEL_GRAPH) {
                    graph = true;
                    enter(in, GRAPH_NODE);
                } else if (tag == MODEL_FUNCTION) {
                    enter(in, FUNCTION_NODE);
                } else if (tag == MODEL_IR_VERSION) {
                    irVersion = in.readInt64() > 0;
                } else {
                    skip(in, tag);
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
    }

    private void enter(CodedInputStream in, int nodeTag) throws IOException {
        int outer = push(in);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == nodeTag) {
                if (++nodes > limits.maxNodes()) {
                    throw new ModelFormatException("The model has more than (" + limits.maxNodes()
                            + ") nodes. Maybe raise OnnxLimits.maxNodes, or the file is damaged.");
                }
                node(in);
            } else {
                skip(in, tag);
            }
        }
        pop(in, outer);
    }

    private void node(CodedInputStream in) throws IOException {
        int outer = push(in);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == NODE_ATTRIBUTE) {
                if (++attributes > 8 * limits.maxNodes()) {
                    throw new ModelFormatException("The model has more than (" + 8 * limits.maxNodes()
                            + ") attributes. Maybe raise OnnxLimits.maxNodes, or the file is damaged.");
                }
                attribute(in);
            } else {
                skip(in, tag);
            }
        }
        pop(in, outer);
    }

    private void attribute(CodedInputStream in) throws IOException {
        int outer = push(in);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == ATTRIBUTE_GRAPH || tag == ATTRIBUTE_GRAPHS) {
                enter(in, GRAPH_NODE);
            } else {
                skip(in, tag);
            }
        }
        pop(in, outer);
    }

    private int push(CodedInputStream in) throws IOException {
        if (++depth > limits.maxDepth()) {
            throw new ModelFormatException("The model nests graphs deeper than (" + limits.maxDepth()
                    + ") messages. Maybe raise OnnxLimits.maxDepth, or the file is damaged.");
        }
        return in.pushLimit(in.readRawVarint32());
    }

    private void pop(CodedInputStream in, int outer) {
        depth--;
        in.popLimit(outer);
    }

    private static void skip(CodedInputStream in, int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("a group ends that never began");
        }
    }
}
