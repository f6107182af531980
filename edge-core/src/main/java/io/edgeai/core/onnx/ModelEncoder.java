package io.edgeai.core.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.internal.wire.OnnxWire.AttributeProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.AttributeProto.AttributeType;
import io.edgeai.core.onnx.internal.wire.OnnxWire.FunctionProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.GraphProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.ModelProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.NodeProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.StringStringEntryProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.TensorProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.TrainingInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A graph to the message of a model file; where the bytes of constants go is the {@link TensorSink}'s choice. */
final class ModelEncoder {
    /** Before this version every initializer is also an input. */
    private static final int FIRST_IR_WITH_FREE_INITIALIZERS = 4;

    private final TensorSink sink;

    ModelEncoder(TensorSink sink) {
        this.sink = sink;
    }

    /** @throws InvalidInputException where the graph carries bytes that are not what they should be */
    ModelProto model(OnnxGraph graph) {
        OnnxModelInfo info = graph.info();
        ModelProto.Builder proto = ModelProto.newBuilder()
                .setIrVersion(info.irVersion())
                .setProducerName(info.producerName())
                .setProducerVersion(info.producerVersion())
                .setDomain(info.domain())
                .setModelVersion(info.modelVersion())
                .setDocString(info.docString())
                .addAllMetadataProps(entries(info.metadata()));
        info.opsets()
                .forEach((domain, version) ->
                        proto.addOpsetImportBuilder().setDomain(domain).setVersion(version));
        GraphProto.Builder main = graph(graph);
        if (info.irVersion() < FIRST_IR_WITH_FREE_INITIALIZERS) {
            declareInitializers(graph, main);
        }
        proto.setGraph(main);
        try {
            proto.setUnknownFields(UnknownFieldSet.parseFrom(info.unknownFields()));
            for (ByteString function : info.functions()) {
                proto.addFunctions(FunctionProto.parseFrom(function));
            }
            for (ByteString training : info.trainingInfo()) {
                proto.addTrainingInfo(TrainingInfoProto.parseFrom(training));
            }
        } catch (InvalidProtocolBufferException e) {
            throw damaged("the model header", e);
        }
        return proto.build();
    }

    private static void declareInitializers(OnnxGraph graph, GraphProto.Builder proto) {
        Set<String> declared = new HashSet<>();
        graph.inputs().forEach(input -> declared.add(input.name()));
        graph.initializers().forEach((name, tensor) -> {
            if (!declared.contains(name)) {
                proto.addInput(
                        TypeCodec.encode(new OnnxValue(name, OnnxType.OfTensor.of(tensor.type(), tensor.dims()))));
            }
        });
    }

    private GraphProto.Builder graph(OnnxGraph graph) {
        GraphProto.Builder proto;
        try {
            proto = GraphProto.parseFrom(graph.carried()).toBuilder();
        } catch (InvalidProtocolBufferException e) {
            throw damaged("graph (" + graph.name() + ")", e);
        }
        proto.setName(graph.name()).setDocString(graph.docString()).addAllMetadataProps(entries(graph.metadata()));
        graph.inputs().forEach(value -> proto.addInput(TypeCodec.encode(value)));
        graph.outputs().forEach(value -> proto.addOutput(TypeCodec.encode(value)));
        graph.valueInfo().values().forEach(value -> proto.addValueInfo(TypeCodec.encode(value)));
        graph.initializers().forEach((name, tensor) -> proto.addInitializer(tensor(name, tensor)));
        graph.nodes().forEach(node -> proto.addNode(node(node)));
        return proto;
    }

    private NodeProto node(OnnxNode node) {
        NodeProto.Builder proto;
        try {
            proto = NodeProto.parseFrom(node.carried()).toBuilder();
        } catch (InvalidProtocolBufferException e) {
            throw damaged("node " + node, e);
        }
        Map<String, AttributeProto> extras = new HashMap<>();
        proto.getAttributeList().forEach(attribute -> extras.put(attribute.getName(), attribute));
        proto.clearAttribute()
                .setOpType(node.op())
                .setName(node.name())
                .setDomain(node.domain())
                .setDocString(node.docString())
                .setOverload(node.overload())
                .addAllInput(node.inputs())
                .addAllOutput(node.outputs())
                .addAllMetadataProps(entries(node.metadata()));
        node.attributes().forEach((key, value) -> {
            AttributeProto.Builder attribute =
                    extras.getOrDefault(key, AttributeProto.getDefaultInstance()).toBuilder();
            proto.addAttribute(attribute(attribute, key, value));
        });
        return proto.build();
    }

    private AttributeProto attribute(AttributeProto.Builder proto, String key, OnnxAttribute value) {
        if (value instanceof OnnxAttribute.OfInt one) {
            proto.setType(AttributeType.INT).setI(one.value());
        } else if (value instanceof OnnxAttribute.OfFloat one) {
            proto.setType(AttributeType.FLOAT).setF(one.value());
        } else if (value instanceof OnnxAttribute.OfString one) {
            proto.setType(AttributeType.STRING).setS(one.value());
        } else if (value instanceof OnnxAttribute.OfTensor one) {
            proto.setType(AttributeType.TENSOR).setT(tensor("", one.value()));
        } else if (value instanceof OnnxAttribute.OfGraph one) {
            proto.setType(AttributeType.GRAPH).setG(graph(one.value()));
        } else if (value instanceof OnnxAttribute.OfInts many) {
            proto.setType(AttributeType.INTS).addAllInts(many.values());
        } else if (value instanceof OnnxAttribute.OfFloats many) {
            proto.setType(AttributeType.FLOATS).addAllFloats(many.values());
        } else if (value instanceof OnnxAttribute.OfStrings many) {
            proto.setType(AttributeType.STRINGS).addAllStrings(many.values());
        } else if (value instanceof OnnxAttribute.OfTensors many) {
            proto.setType(AttributeType.TENSORS);
            many.values().forEach(one -> proto.addTensors(tensor("", one)));
        } else if (value instanceof OnnxAttribute.OfGraphs many) {
            proto.setType(AttributeType.GRAPHS);
            many.values().forEach(one -> proto.addGraphs(graph(one)));
        } else if (value instanceof OnnxAttribute.Opaque opaque) {
            try {
                return AttributeProto.parseFrom(opaque.wire()).toBuilder()
                        .setName(key)
                        .build();
            } catch (InvalidProtocolBufferException e) {
                throw damaged("attribute (" + key + ")", e);
            }
        }
        return proto.setName(key).build();
    }

    private TensorProto tensor(String name, OnnxTensor tensor) {
        TensorProto.Builder proto;
        try {
            proto = TensorProto.parseFrom(tensor.carried()).toBuilder();
        } catch (InvalidProtocolBufferException e) {
            throw damaged("constant (" + name + ")", e);
        }
        proto.setName(name).setDataType(tensor.type().onnxCode());
        for (long dim : tensor.dims()) {
            proto.addDims(dim);
        }
        if (tensor.type() == ElementType.STRING) {
            tensor.strings().forEach(text -> proto.addStringData(UnsafeByteOperations.unsafeWrap(text)));
        } else {
            sink.put(tensor, proto);
        }
        return proto.build();
    }

    private static List<StringStringEntryProto> entries(Map<String, String> map) {
        return map.entrySet().stream()
                .map(entry -> StringStringEntryProto.newBuilder()
                        .setKey(entry.getKey())
                        .setValue(entry.getValue())
                        .build())
                .toList();
    }

    private static InvalidInputException damaged(String what, InvalidProtocolBufferException cause) {
        return new InvalidInputException(
                "Bytes carried by " + what + " are not the message they should be (" + cause.getMessage()
                        + "). Maybe clear them.",
                cause);
    }
}
