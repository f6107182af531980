package io.edgeai.core.runtime;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Arrays recorded in NumPy's format, little-endian and in C order. */
public final class Npy {
    private static final Pattern HEADER = Pattern.compile("'descr': '([<|])([a-z][0-9]+)'.*'shape': \\(([0-9, ]*)\\)");

    private Npy() {}

    public static Tensor read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int start = 10 + bytes.getShort(8);
        Matcher header = HEADER.matcher(new String(bytes.array(), 10, start - 10, StandardCharsets.ISO_8859_1));
        if (!header.find()) {
            throw new IOException("no plain array: " + file);
        }
        long[] shape = Arrays.stream(header.group(3).split("[, ]+"))
                .filter(dim -> !dim.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
        ElementType type =
                switch (header.group(2)) {
                    case "f4" -> ElementType.FLOAT;
                    case "f8" -> ElementType.DOUBLE;
                    case "i4" -> ElementType.INT32;
                    case "i8" -> ElementType.INT64;
                    case "b1" -> ElementType.BOOL;
                    default -> throw new IOException("type " + header.group(2) + ": " + file);
                };
        return Tensor.ofBytes(type, Arrays.copyOfRange(bytes.array(), start, bytes.capacity()), shape);
    }
}
