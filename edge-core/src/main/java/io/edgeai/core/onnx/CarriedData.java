package io.edgeai.core.onnx;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.internal.wire.OnnxWire.TensorProto;

/**
 * Makes messages that are carried through unread independent of the folder they came from: constants inside them that
 * lie in external files are taken in.
 */
final class CarriedData {
    private final TensorDecoder tensors;

    CarriedData(TensorDecoder tensors) {
        this.tensors = tensors;
    }

    /** The message itself where nothing in it is external. */
    Message apply(Message message) {
        if (message instanceof TensorProto tensor) {
            return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL ? takeIn(tensor) : tensor;
        }
        Message.Builder changed = null;
        for (FieldDescriptor field : message.getAllFields().keySet()) {
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                continue;
            }
            int count = field.isRepeated() ? message.getRepeatedFieldCount(field) : 1;
            for (int i = 0; i < count; i++) {
                Message inner =
                        (Message) (field.isRepeated() ? message.getRepeatedField(field, i) : message.getField(field));
                Message outer = apply(inner);
                if (outer != inner) {
                    changed = changed == null ? message.toBuilder() : changed;
                    set(changed, field, i, outer);
                }
            }
        }
        return changed == null ? message : changed.build();
    }

    private static void set(Message.Builder builder, FieldDescriptor field, int index, Message value) {
        if (field.isRepeated()) {
            builder.setRepeatedField(field, index, value);
        } else {
            builder.setField(field, value);
        }
    }

    private TensorProto takeIn(TensorProto proto) {
        OnnxTensor tensor = tensors.tensor(proto);
        TensorProto.Builder inner = proto.toBuilder().clearExternalData().clearDataLocation();
        return tensor.type() == ElementType.STRING
                ? inner.build()
                : inner.setRawData(UnsafeByteOperations.unsafeWrap(tensor.data()))
                        .build();
    }
}
