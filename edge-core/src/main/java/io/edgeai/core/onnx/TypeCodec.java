package io.edgeai.core.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.internal.wire.OnnxWire.TensorShapeProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.TypeProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Types and typed values, both ways. */
final class TypeCodec {
    private TypeCodec() {}

    static OnnxValue value(ValueInfoProto proto) {
        OnnxType type = proto.hasType() ? type(proto.getType()) : null;
        ValueInfoProto said = type == null ? proto.toBuilder().clearType().build() : proto;
        boolean plain = encode(new OnnxValue(proto.getName(), type)).equals(said);
        return new OnnxValue(proto.getName(), type, plain ? ByteString.EMPTY : said.toByteString());
    }

    static ValueInfoProto encode(OnnxValue value) {
        if (value.carried().isEmpty()) {
            ValueInfoProto.Builder proto = ValueInfoProto.newBuilder().setName(value.name());
            if (value.type() != null) {
                proto.setType(encode(value.type()));
            }
            return proto.build();
        }
        try {
            ValueInfoProto.Builder proto =
                    ValueInfoProto.parseFrom(value.carried()).toBuilder().setName(value.name());
            OnnxType type = value.type();
            if (type == null) {
                proto.clearType();
            } else if (!proto.hasType() || !type.equals(type(proto.getType()))) {
                proto.setType(encode(type));
            }
            return proto.build();
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidInputException(
                    "Value (" + value.name() + ") carries bytes that are no ValueInfoProto.", e);
        }
    }

    static @Nullable OnnxType type(TypeProto proto) {
        return switch (proto.getValueCase()) {
            case TENSOR_TYPE -> tensor(proto);
            case SEQUENCE_TYPE -> wrap(proto, type(proto.getSequenceType().getElemType()), OnnxType.OfSequence::new);
            case OPTIONAL_TYPE -> wrap(proto, type(proto.getOptionalType().getElemType()), OnnxType.OfOptional::new);
            case MAP_TYPE -> {
                ElementType key = element(proto.getMapType().getKeyType());
                OnnxType held = type(proto.getMapType().getValueType());
                yield key == null || held == null ? opaque(proto) : new OnnxType.OfMap(key, held);
            }
            case OPAQUE_TYPE, SPARSE_TENSOR_TYPE -> opaque(proto);
            case VALUE_NOT_SET -> proto.equals(TypeProto.getDefaultInstance()) ? null : opaque(proto);
        };
    }

    private interface Wrapper {
        OnnxType of(OnnxType inner);
    }

    private static OnnxType wrap(TypeProto proto, @Nullable OnnxType inner, Wrapper wrapper) {
        return inner == null ? opaque(proto) : wrapper.of(inner);
    }

    private static OnnxType opaque(TypeProto proto) {
        return new OnnxType.Opaque(proto.toByteString());
    }

    private static OnnxType tensor(TypeProto proto) {
        TypeProto.Tensor tensor = proto.getTensorType();
        ElementType element = element(tensor.getElemType());
        if (element == null) {
            return opaque(proto);
        }
        if (!tensor.hasShape()) {
            return new OnnxType.OfTensor(element, null);
        }
        List<Dim> dims = new ArrayList<>();
        for (TensorShapeProto.Dimension dim : tensor.getShape().getDimList()) {
            dims.add(
                    dim.hasDimValue()
                            ? Dim.of(dim.getDimValue())
                            : dim.getDimParam().isEmpty() ? Dim.UNKNOWN : Dim.symbolic(dim.getDimParam()));
        }
        return new OnnxType.OfTensor(element, dims);
    }

    private static @Nullable ElementType element(int code) {
        try {
            return ElementType.ofOnnx(code);
        } catch (ModelFormatException unknownToThisVersion) {
            return null;
        }
    }

    private static TypeProto encode(OnnxType type) {
        TypeProto.Builder proto = TypeProto.newBuilder();
        if (type instanceof OnnxType.OfTensor tensor) {
            proto.setTensorType(encode(tensor));
        } else if (type instanceof OnnxType.OfSequence sequence) {
            proto.getSequenceTypeBuilder().setElemType(encode(sequence.element()));
        } else if (type instanceof OnnxType.OfOptional optional) {
            proto.getOptionalTypeBuilder().setElemType(encode(optional.element()));
        } else if (type instanceof OnnxType.OfMap map) {
            proto.getMapTypeBuilder().setKeyType(map.key().onnxCode()).setValueType(encode(map.value()));
        } else if (type instanceof OnnxType.Opaque opaque) {
            try {
                return TypeProto.parseFrom(opaque.wire());
            } catch (InvalidProtocolBufferException e) {
                throw new InvalidInputException("An opaque type holds bytes that are no TypeProto.", e);
            }
        }
        return proto.build();
    }

    private static TypeProto.Tensor encode(OnnxType.OfTensor tensor) {
        TypeProto.Tensor.Builder proto =
                TypeProto.Tensor.newBuilder().setElemType(tensor.element().onnxCode());
        if (tensor.shape() != null) {
            TensorShapeProto.Builder shape = proto.getShapeBuilder();
            for (Dim dim : tensor.shape()) {
                TensorShapeProto.Dimension.Builder out = shape.addDimBuilder();
                if (dim.known()) {
                    out.setDimValue(dim.size());
                } else if (!dim.symbol().isEmpty()) {
                    out.setDimParam(dim.symbol());
                }
            }
        }
        return proto.build();
    }
}
