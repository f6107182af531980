package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code DataType} of types.proto and {@code TensorShapeProto} of tensor_shape.proto. */
final class TensorFlowTypes {
    private static final int MOST_DIMS = 254;

    private TensorFlowTypes() {}

    static @Nullable ElementType element(int code) {
        return switch (code) {
            case 1 -> ElementType.FLOAT;
            case 2 -> ElementType.DOUBLE;
            case 3, 13 -> ElementType.INT32; // 13: qint32
            case 4, 12 -> ElementType.UINT8; // 12: quint8
            case 5, 15 -> ElementType.INT16; // 15: qint16
            case 6, 11 -> ElementType.INT8; // 11: qint8
            case 7 -> ElementType.STRING;
            case 8 -> ElementType.COMPLEX64;
            case 9 -> ElementType.INT64;
            case 10 -> ElementType.BOOL;
            case 14 -> ElementType.BFLOAT16;
            case 16, 17 -> ElementType.UINT16; // 16: quint16
            case 18 -> ElementType.COMPLEX128;
            case 19 -> ElementType.FLOAT16;
            case 22 -> ElementType.UINT32;
            case 23 -> ElementType.UINT64;
            case 24 -> ElementType.FLOAT8E5M2;
            case 25 -> ElementType.FLOAT8E4M3FN;
            case 29 -> ElementType.INT4;
            case 30 -> ElementType.UINT4;
            default -> null;
        };
    }

    /** Dimensions, or null where even their number is open. */
    static @Nullable List<Dim> shape(ProtoFields shape) {
        List<Dim> dims = new ArrayList<>();
        while (shape.next() && dims.size() < MOST_DIMS) {
            if (shape.is(3, VARINT) && shape.value() != 0) {
                return null;
            }
            if (shape.is(2, LENGTH)) {
                long size = 0; // proto3 leaves zeros out
                ProtoFields dim = shape.enter();
                while (dim.next()) {
                    size = dim.is(1, VARINT) ? dim.value() : size;
                }
                dims.add(Dim.of(size));
            }
        }
        return dims;
    }
}
