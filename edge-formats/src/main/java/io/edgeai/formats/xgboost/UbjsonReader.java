package io.edgeai.formats.xgboost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.ModelFormatException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads Universal Binary JSON (draft 12, with strongly typed containers) into a JSON tree. Lengths are checked against
 * the bytes that are left before anything is allocated; nesting is limited to 64.
 */
final class UbjsonReader {
    private static final int MAX_DEPTH = 64;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ByteBuffer in;

    private UbjsonReader(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN);
    }

    static JsonNode read(byte[] bytes) {
        UbjsonReader reader = new UbjsonReader(bytes);
        try {
            JsonNode root = reader.value(reader.in.get(), 0);
            if (reader.in.hasRemaining()) {
                throw reader.damaged("has (" + reader.in.remaining() + ") bytes after its end");
            }
            return root;
        } catch (BufferUnderflowException e) {
            throw new ModelFormatException("UBJSON ends early, after (" + bytes.length + ") bytes.", e);
        }
    }

    private JsonNode value(byte marker, int depth) {
        if (depth > MAX_DEPTH) {
            throw damaged("is nested deeper than (" + MAX_DEPTH + ")");
        }
        return switch (marker) {
            case 'Z' -> NODES.nullNode();
            case 'T' -> NODES.booleanNode(true);
            case 'F' -> NODES.booleanNode(false);
            case 'd' -> NODES.numberNode(in.getFloat());
            case 'D' -> NODES.numberNode(in.getDouble());
            case 'C' -> NODES.textNode(String.valueOf((char) (in.get() & 0x7f)));
            case 'S' -> NODES.textNode(text());
            case 'H' -> NODES.textNode(text());
            case '{' -> object(depth);
            case '[' -> array(depth);
            default -> NODES.numberNode(integer(marker));
        };
    }

    private long integer(byte marker) {
        return switch (marker) {
            case 'i' -> in.get();
            case 'U' -> in.get() & 0xff;
            case 'I' -> in.getShort();
            case 'l' -> in.getInt();
            case 'L' -> in.getLong();
            default -> throw damaged("has an unknown type marker (" + (marker & 0xff) + ")");
        };
    }

    private int length() {
        long length = integer(in.get());
        if (length < 0 || length > in.remaining()) {
            throw damaged("states a length (" + length + ") beyond its end");
        }
        return (int) length;
    }

    private String text() {
        byte[] utf8 = new byte[length()];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private JsonNode object(int depth) {
        ObjectNode object = NODES.objectNode();
        Header header = header();
        for (int i = 0; header.count < 0 ? peek() != '}' : i < header.count; i++) {
            String key = text();
            object.set(key, value(header.type == 0 ? in.get() : header.type, depth + 1));
        }
        if (header.count < 0) {
            in.get();
        }
        return object;
    }

    private JsonNode array(int depth) {
        Header header = header();
        ArrayNode array = NODES.arrayNode();
        for (int i = 0; header.count < 0 ? peek() != ']' : i < header.count; i++) {
            array.add(value(header.type == 0 ? in.get() : header.type, depth + 1));
        }
        if (header.count < 0) {
            in.get();
        }
        return array;
    }

    private Header header() {
        byte type = 0;
        if (peek() == '$') {
            in.get();
            type = in.get();
            if ("ZTFN".indexOf(type) >= 0) {
                throw damaged("has a container of the valueless type (" + (char) type + ")");
            }
            if (peek() != '#') {
                throw damaged("has a typed container without a count");
            }
        }
        if (peek() == '#') {
            in.get();
            return new Header(type, length());
        }
        return new Header(type, -1);
    }

    private byte peek() {
        if (!in.hasRemaining()) {
            throw new BufferUnderflowException();
        }
        return in.get(in.position());
    }

    private ModelFormatException damaged(String how) {
        return new ModelFormatException("UBJSON " + how + " at byte (" + in.position()
                + "). Maybe the file is truncated or not UBJSON; save the model again.");
    }

    private record Header(byte type, int count) {}
}
