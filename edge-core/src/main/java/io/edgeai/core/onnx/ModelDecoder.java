package io.edgeai.core.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.onnx.internal.wire.OnnxWire.FunctionProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.ModelProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.TrainingInfoProto;
import java.io.IOException;

/** Bytes of a model file to a graph: scans, parses, decodes, and names what is wrong in one error. */
final class ModelDecoder {
    private static final int FIRST_IR_WITH_OPSETS = 3;

    private final String what;
    private final OnnxLimits limits;
    private final ExternalData external;

    /** @param what the file's name, for messages */
    ModelDecoder(String what, OnnxLimits limits, ExternalData external) {
        this.what = what;
        this.limits = limits;
        this.external = external;
    }

    /** @throws ModelFormatException where the bytes are not an ONNX model within the limits */
    OnnxGraph decode(byte[] bytes) {
        WireScan scan = new WireScan(limits);
        ModelProto model;
        try {
            scan.scan(bytes);
            if (!scan.hasGraph() || !scan.hasIrVersion()) {
                throw notOnnx(bytes, scan);
            }
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
            in.enableAliasing(true);
            in.setRecursionLimit(limits.maxDepth());
            model = ModelProto.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw broken(bytes, e);
        } catch (IOException e) {
            throw new ModelFormatException("Model (" + what + ") cannot be read: " + e + ".", e);
        }
        if (model.getIrVersion() >= FIRST_IR_WITH_OPSETS && model.getOpsetImportCount() == 0) {
            throw new ModelFormatException("Model (" + what + ") of IR version " + model.getIrVersion()
                    + " names no operator set. Maybe the file is cut off.");
        }
        try {
            TensorDecoder tensors = new TensorDecoder(limits, external);
            CarriedData inline = new CarriedData(tensors);
            OnnxModelInfo info = info(model, inline);
            return new GraphDecoder(info, tensors, inline).graph(model.getGraph());
        } catch (ModelFormatException e) {
            throw new ModelFormatException("Model (" + what + "): " + e.getMessage(), e);
        }
    }

    private static OnnxModelInfo info(ModelProto model, CarriedData inline) {
        OnnxModelInfo info = new OnnxModelInfo()
                .irVersion(model.getIrVersion())
                .producerName(model.getProducerName())
                .producerVersion(model.getProducerVersion())
                .domain(model.getDomain())
                .modelVersion(model.getModelVersion())
                .docString(model.getDocString())
                .unknownFields(model.getUnknownFields().toByteString());
        model.getOpsetImportList().forEach(opset -> info.opsets().put(opset.getDomain(), opset.getVersion()));
        model.getMetadataPropsList().forEach(entry -> info.metadata().put(entry.getKey(), entry.getValue()));
        for (FunctionProto function : model.getFunctionsList()) {
            info.functions().add(inline.apply(function).toByteString());
        }
        for (TrainingInfoProto training : model.getTrainingInfoList()) {
            info.trainingInfo().add(inline.apply(training).toByteString());
        }
        return info;
    }

    private ModelFormatException notOnnx(byte[] bytes, WireScan scan) {
        String kind = FileKind.describe(bytes);
        if (!kind.isEmpty()) {
            return new ModelFormatException("Model (" + what + ") is " + kind);
        }
        String missing = scan.hasGraph() ? "IR version" : scan.hasIrVersion() ? "graph" : "graph and no IR version";
        return new ModelFormatException("Model (" + what + ") is a protobuf message but not ONNX: it has no " + missing
                + ". Maybe it is a TensorFlow or Core ML model, or cut off.");
    }

    private ModelFormatException broken(byte[] bytes, InvalidProtocolBufferException cause) {
        String kind = FileKind.describe(bytes);
        if (!kind.isEmpty()) {
            return new ModelFormatException("Model (" + what + ") is " + kind, cause);
        }
        boolean truncated = String.valueOf(cause.getMessage()).contains("ended unexpectedly");
        boolean begins = bytes[0] == 8 && bytes.length > 1 && bytes[1] > 0 && bytes[1] < 64;
        String message = !begins
                ? " is not an ONNX file (" + bytes.length + " bytes that are no protobuf message). Maybe it is another"
                        + " format, or damaged."
                : truncated
                        ? " is cut off after " + bytes.length + " bytes. Maybe the download was interrupted; fetch it"
                                + " again."
                        : " begins like ONNX but is damaged (" + cause.getMessage() + "). Maybe fetch it again.";
        return new ModelFormatException("Model (" + what + ")" + message, cause);
    }
}
