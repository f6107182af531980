package io.edgeai.core.onnx;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.onnx.internal.wire.OnnxWire.AttributeProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.AttributeProto.AttributeType;
import io.edgeai.core.onnx.internal.wire.OnnxWire.GraphProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.NodeProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.TensorProto;
import java.util.List;

/** Graphs, nodes and attributes from their messages. */
final class GraphDecoder {
    private final OnnxModelInfo info;
    private final TensorDecoder tensors;
    private final CarriedData inline;

    GraphDecoder(OnnxModelInfo info, TensorDecoder tensors, CarriedData inline) {
        this.info = info;
        this.tensors = tensors;
        this.inline = inline;
    }

    OnnxGraph graph(GraphProto proto) {
        OnnxGraph graph = new OnnxGraph(proto.getName(), info)
                .docString(proto.getDocString())
                .carried(carried(proto));
        proto.getInputList().forEach(value -> graph.inputs().add(TypeCodec.value(value)));
        proto.getOutputList().forEach(value -> graph.outputs().add(TypeCodec.value(value)));
        proto.getValueInfoList().forEach(value -> graph.valueInfo().put(value.getName(), TypeCodec.value(value)));
        for (TensorProto tensor : proto.getInitializerList()) {
            graph.initializers().put(tensor.getName(), tensors.tensor(tensor));
        }
        proto.getMetadataPropsList().forEach(entry -> graph.metadata().put(entry.getKey(), entry.getValue()));
        proto.getNodeList().forEach(node -> graph.nodes().add(node(node)));
        return graph;
    }

    private ByteString carried(GraphProto proto) {
        GraphProto rest = GraphProto.newBuilder()
                .addAllQuantizationAnnotation(proto.getQuantizationAnnotationList())
                .addAllSparseInitializer(proto.getSparseInitializerList())
                .setUnknownFields(proto.getUnknownFields())
                .build();
        return inline.apply(rest).toByteString();
    }

    private OnnxNode node(NodeProto proto) {
        OnnxNode node = new OnnxNode(proto.getOpType(), proto.getName(), proto.getInputList(), proto.getOutputList())
                .domain(proto.getDomain())
                .docString(proto.getDocString())
                .overload(proto.getOverload());
        proto.getMetadataPropsList().forEach(entry -> node.metadata().put(entry.getKey(), entry.getValue()));
        NodeProto.Builder rest = NodeProto.newBuilder().setUnknownFields(proto.getUnknownFields());
        for (AttributeProto attribute : proto.getAttributeList()) {
            OnnxAttribute value;
            try {
                value = attribute(attribute);
            } catch (ModelFormatException e) {
                throw new ModelFormatException(
                        "Attribute (" + attribute.getName() + ") of " + node + ": " + e.getMessage(), e);
            }
            node.attributes().put(attribute.getName(), value);
            boolean extra = !attribute.getDocString().isEmpty()
                    || !attribute.getUnknownFields().asMap().isEmpty();
            if (extra && !(value instanceof OnnxAttribute.Opaque)) {
                rest.addAttribute(AttributeProto.newBuilder()
                        .setName(attribute.getName())
                        .setDocString(attribute.getDocString())
                        .setUnknownFields(attribute.getUnknownFields()));
            }
        }
        return node.carried(rest.build().toByteString());
    }

    private OnnxAttribute attribute(AttributeProto proto) {
        if (!proto.getRefAttrName().isEmpty()) {
            return new OnnxAttribute.Opaque(proto.toByteString());
        }
        AttributeType type = proto.getType() == AttributeType.UNDEFINED ? infer(proto) : proto.getType();
        return switch (type) {
            case FLOAT -> new OnnxAttribute.OfFloat(proto.getF());
            case INT -> new OnnxAttribute.OfInt(proto.getI());
            case STRING -> new OnnxAttribute.OfString(proto.getS());
            case TENSOR -> new OnnxAttribute.OfTensor(tensors.tensor(proto.getT()));
            case GRAPH -> new OnnxAttribute.OfGraph(nested(proto));
            case FLOATS -> new OnnxAttribute.OfFloats(proto.getFloatsList());
            case INTS -> new OnnxAttribute.OfInts(proto.getIntsList());
            case STRINGS -> new OnnxAttribute.OfStrings(proto.getStringsList());
            case TENSORS -> new OnnxAttribute.OfTensors(tensors(proto));
            case GRAPHS ->
                new OnnxAttribute.OfGraphs(
                        proto.getGraphsList().stream().map(this::graph).toList());
            case UNDEFINED, SPARSE_TENSOR, SPARSE_TENSORS, TYPE_PROTO, TYPE_PROTOS, UNRECOGNIZED ->
                new OnnxAttribute.Opaque(inline.apply(proto).toByteString());
        };
    }

    private OnnxGraph nested(AttributeProto proto) {
        if (!proto.hasG()) {
            throw new ModelFormatException("it should hold a graph but holds none. Maybe the file is damaged.");
        }
        return graph(proto.getG());
    }

    private List<OnnxTensor> tensors(AttributeProto proto) {
        return proto.getTensorsList().stream().map(tensors::tensor).toList();
    }

    /** IR version 1 has no type field: the one value that is set tells. */
    private static AttributeType infer(AttributeProto proto) {
        if (proto.hasF()) {
            return AttributeType.FLOAT;
        } else if (proto.hasI()) {
            return AttributeType.INT;
        } else if (proto.hasS()) {
            return AttributeType.STRING;
        } else if (proto.hasT()) {
            return AttributeType.TENSOR;
        } else if (proto.hasG()) {
            return AttributeType.GRAPH;
        } else if (proto.getFloatsCount() > 0) {
            return AttributeType.FLOATS;
        } else if (proto.getIntsCount() > 0) {
            return AttributeType.INTS;
        } else if (proto.getStringsCount() > 0) {
            return AttributeType.STRINGS;
        } else if (proto.getTensorsCount() > 0) {
            return AttributeType.TENSORS;
        } else if (proto.getGraphsCount() > 0) {
            return AttributeType.GRAPHS;
        }
        return AttributeType.UNDEFINED;
    }
}
