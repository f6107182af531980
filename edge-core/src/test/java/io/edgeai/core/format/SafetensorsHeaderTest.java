package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsHeaderTest {
    @TempDir
    Path folder;

    private Path file(String header, int data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return Files.write(
                folder.resolve("model"),
                ByteBuffer.allocate(8 + json.length + data)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .put(json)
                        .array());
    }

    private static SafetensorsHeader read(Path path) {
        try (FileView view = FileView.open(path)) {
            assertThat(SafetensorsHeader.looksLikeOne(view)).isTrue();
            return SafetensorsHeader.read(view);
        }
    }

    @Test
    void countsTensorsParametersAndTypes() throws IOException {
        SafetensorsHeader header = read(file(
                "{\"__metadata__\":{\"format\":\"pt\",\"by\":\"me\"},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
                        + "\"b\":{\"shape\":[],\"dtype\":\"I64\",\"data_offsets\":[24,32],\"extra\":{\"deep\":[1,[2]]}},"
                        + "\"c\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[32,32]}}",
                32));
        assertThat(header)
                .isEqualTo(new SafetensorsHeader(
                        3,
                        7,
                        32,
                        Map.of("F32", 2, "I64", 1),
                        Map.of("format", "pt", "by", "me"),
                        List.of("a F32[2,3]", "b I64[]", "c F32[0]")));
    }

    @Test
    void aShapeBeyondAllNumbersIsDamage() throws IOException {
        Path path = file("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}", 8);
        assertThatThrownBy(() -> read(path))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void aHeaderLongerThanTheFileIsCutOff() throws IOException {
        Path path = Files.write(
                folder.resolve("model"),
                ByteBuffer.allocate(20)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(1000)
                        .put((byte) '{')
                        .array());
        assertThatThrownBy(() -> read(path)).hasMessageContaining("cut off after 20 of 1008 bytes");
    }

    @Test
    void otherFilesDoNotLookLikeOne() throws IOException {
        for (byte[] bytes :
                new byte[][] {new byte[5], new byte[40], "{\"json\": \"document\"}".getBytes(StandardCharsets.UTF_8)}) {
            try (FileView view = FileView.open(Files.write(folder.resolve("model"), bytes))) {
                assertThat(SafetensorsHeader.looksLikeOne(view)).isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void randomHeadersAddUp(long seed) throws IOException {
        Random random = new Random(seed);
        TreeMap<String, Integer> types = new TreeMap<>();
        StringJoiner json = new StringJoiner(",", "{", "}");
        long parameters = 0;
        long bytes = 0;
        int tensors = random.nextInt(40);
        List<String> listed = new ArrayList<>();
        for (int i = 0; i < tensors; i++) {
            long elements = 1;
            StringJoiner shape = new StringJoiner(",", "[", "]");
            for (int d = random.nextInt(4); d > 0; d--) {
                int dim = random.nextInt(6);
                shape.add(Integer.toString(dim));
                elements *= dim;
            }
            boolean half = random.nextBoolean();
            listed.add("t" + i + (half ? " F16" : " F32") + shape);
            types.merge(half ? "F16" : "F32", 1, Integer::sum);
            long end = bytes + elements * (half ? 2 : 4);
            json.add("\"t" + i + "\":{\"dtype\":\"" + (half ? "F16" : "F32") + "\",\"shape\":" + shape
                    + ",\"data_offsets\":[" + bytes + "," + end + "]}");
            parameters += elements;
            bytes = end;
        }
        Path path = file(json.toString(), (int) bytes);
        assertThat(read(path))
                .as("seed %d", seed)
                .isEqualTo(new SafetensorsHeader(tensors, parameters, bytes, types, Map.of(), listed));
        ModelInspection inspection = ModelInspector.inspect(path);
        assertThat(inspection.format()).isEqualTo(ModelFormat.HUGGINGFACE);
        assertThat(inspection.parameters()).isEqualTo(parameters);
        assertThat(inspection.weightBytes()).isEqualTo(bytes);
        assertThat(inspection.metadata()).containsEntry("tensors", Integer.toString(tensors));
    }
}
