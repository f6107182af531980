package io.edgeai.formats.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A NumPy array file, version 1 and 2, little-endian, row by row. */
public record Npy(String type, long[] dims, ByteBuffer data) {
    private static final Pattern DESCRIPTION =
            Pattern.compile("'descr': *'([^']*)', *'fortran_order': *(\\w+), *'shape': *\\(([^)]*)\\)");

    public static Npy read(Path file) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            int wide = bytes.get(6) > 1 ? 4 : 2;
            int length = wide == 2 ? bytes.getShort(8) & 0xffff : bytes.getInt(8);
            String header = new String(bytes.array(), 8 + wide, length, StandardCharsets.ISO_8859_1);
            Matcher matcher = DESCRIPTION.matcher(header);
            if (!matcher.find() || matcher.group(2).equals("True")) {
                throw new IllegalArgumentException(file + ": " + header);
            }
            long[] dims = Arrays.stream(matcher.group(3).split(","))
                    .map(String::strip)
                    .filter(s -> !s.isEmpty())
                    .mapToLong(Long::parseLong)
                    .toArray();
            int start = 8 + wide + length;
            return new Npy(
                    matcher.group(1).substring(1),
                    dims,
                    bytes.slice(start, bytes.limit() - start).order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The numbers, whatever their type. */
    public double[] numbers() {
        int width = Integer.parseInt(type.substring(1));
        double[] values = new double[data.limit() / width];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (type) {
                case "f4" -> data.getFloat(4 * i);
                case "f8" -> data.getDouble(8 * i);
                case "i8" -> data.getLong(8 * i);
                case "i4" -> data.getInt(4 * i);
                case "i2" -> data.getShort(2 * i);
                case "i1" -> data.get(i);
                case "u1", "b1" -> data.get(i) & 0xff;
                default -> throw new IllegalArgumentException(type);
            };
        }
        return values;
    }
}
