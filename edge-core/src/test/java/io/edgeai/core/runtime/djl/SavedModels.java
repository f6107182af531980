package io.edgeai.core.runtime.djl;

import io.edgeai.core.model.ElementType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** SavedModels without variables, written field by field as TensorFlow's protobuf definitions number them. */
final class SavedModels {
    private static final Map<ElementType, Integer> TYPES = Map.of(
            ElementType.FLOAT, 1,
            ElementType.DOUBLE, 2,
            ElementType.INT32, 3,
            ElementType.UINT8, 4,
            ElementType.INT8, 6,
            ElementType.STRING, 7,
            ElementType.INT64, 9,
            ElementType.BOOL, 10);

    private final Message graph = new Message();
    private final Message signature = new Message();

    /** One protobuf message. */
    private static final class Message {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        private void varint(long value) {
            long rest = value;
            while ((rest & ~127L) != 0) {
                bytes.write((int) (rest & 127 | 128));
                rest >>>= 7;
            }
            bytes.write((int) rest);
        }

        Message number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Message field(int field, byte[] content) {
            varint((long) field << 3 | 2);
            varint(content.length);
            bytes.writeBytes(content);
            return this;
        }

        Message text(int field, String text) {
            return field(field, text.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message inner) {
            return field(field, inner.bytes.toByteArray());
        }
    }

    private static Message shape(long... dims) {
        Message shape = new Message();
        for (long dim : dims) {
            shape.message(2, new Message().number(1, dim));
        }
        return shape;
    }

    private static Message type(ElementType type) {
        return new Message().number(6, TYPES.get(type));
    }

    private void tensor(int side, String name, String node, ElementType type, long... dims) {
        Message info =
                new Message().text(1, node + ":0").number(2, TYPES.get(type)).message(3, shape(dims));
        signature.message(side, new Message().text(1, name).message(2, info));
    }

    SavedModels input(String name, ElementType type, long... dims) {
        node("in_" + name, "Placeholder", Map.of("dtype", type(type), "shape", new Message().message(7, shape(dims))));
        tensor(1, name, "in_" + name, type, dims);
        return this;
    }

    SavedModels output(String name, String node, ElementType type, long... dims) {
        tensor(2, name, node, type, dims);
        return this;
    }

    /** A FLOAT constant of {@code [n, 1]} or a scalar. */
    SavedModels constant(String name, float[] values, long... dims) {
        java.nio.ByteBuffer raw =
                java.nio.ByteBuffer.allocate(4 * values.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        Message tensor = new Message().number(1, 1).message(2, shape(dims)).field(4, raw.array());
        return node(name, "Const", Map.of("dtype", type(ElementType.FLOAT), "value", new Message().message(8, tensor)));
    }

    /** A node whose only attribute is its type. */
    SavedModels op(String name, String op, ElementType type, String... inputs) {
        return node(name, op, Map.of("T", type(type)), inputs);
    }

    private SavedModels node(String name, String op, Map<String, Message> attributes, String... inputs) {
        Message node = new Message().text(1, name).text(2, op);
        for (String input : inputs) {
            node.text(3, input);
        }
        new TreeMap<>(attributes)
                .forEach((key, value) ->
                        node.message(5, new Message().text(1, key).message(2, value)));
        graph.message(1, node);
        return this;
    }

    Path write(Path folder) throws IOException {
        Message meta = new Message()
                .message(1, new Message().text(4, "serve"))
                .message(2, graph.message(4, new Message().number(1, 1000)))
                .message(
                        5,
                        new Message()
                                .text(1, "serving_default")
                                .message(2, signature.text(3, "tensorflow/serving/predict")));
        Message model = new Message().number(1, 1).message(2, meta);
        Files.createDirectories(folder);
        Files.write(folder.resolve("saved_model.pb"), model.bytes.toByteArray());
        return folder;
    }
}
