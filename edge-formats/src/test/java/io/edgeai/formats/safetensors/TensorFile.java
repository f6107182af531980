package io.edgeai.formats.safetensors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes safetensors files as the format's specification lays them out. */
public final class TensorFile {
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    public TensorFile floats(String name, float[] values, long... dims) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return tensor(name, "F32", bytes.array(), dims);
    }

    public TensorFile tensor(String name, String type, byte[] bytes, long... dims) {
        int begin = data.size();
        data.writeBytes(bytes);
        headers.put(
                name,
                "{\"dtype\":\"" + type + "\",\"shape\":" + Arrays.toString(dims) + ",\"data_offsets\":[" + begin + ","
                        + data.size() + "]}");
        return this;
    }

    /** A header property as it stands, for files that are wrong. */
    public TensorFile raw(String name, String json) {
        headers.put(name, json);
        return this;
    }

    public byte[] bytes() {
        StringBuilder header = new StringBuilder("{");
        headers.forEach((name, json) -> header.append(header.length() > 1 ? "," : "")
                .append('"')
                .append(name)
                .append("\":")
                .append(json));
        return framed(header.append('}').toString(), data.toByteArray());
    }

    /** A header of any text in front of any bytes. */
    public static byte[] framed(String header, byte[] data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .put(data)
                .array();
    }

    public Path save(Path file) {
        try {
            return Files.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
