package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPropertyTest {
    @TempDir
    Path dir;

    private Map<String, Tensor> read(String json) {
        try {
            return JsonTensors.read(Files.writeString(dir.resolve("x.json"), json), DataLimits.DEFAULT);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Nested lists spelled out here, independently of the writer. */
    private static String spelled(List<String> leaves, long[] shape, int depth, int[] at) {
        if (depth == shape.length) {
            return leaves.get(at[0]++);
        }
        StringJoiner list = new StringJoiner(" , ", "[ ", "]");
        for (long i = 0; i < shape[depth]; i++) {
            list.add(spelled(leaves, shape, depth + 1, at));
        }
        return list.toString();
    }

    @Test
    void listsOfAnyDepthHaveTheirShapeAndOrder() {
        long seed = 90;
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            long[] shape = random.longs(random.nextInt(5), 1, 4).toArray();
            int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            long[] values = random.longs(count).toArray();
            List<String> leaves = Arrays.stream(values).mapToObj(Long::toString).toList();
            Tensor tensor = read("{\"t\": " + spelled(leaves, shape, 0, new int[1]) + "}")
                    .get("t");

            assertThat(tensor.shape()).as("seed %d", seed).containsExactly(shape);
            assertThat(tensor.longs()).containsExactly(values);
        }
    }

    @Test
    void everyFiniteFloatAndDoubleSurvivesTheText() {
        long seed = 91;
        Random random = new Random(seed);
        float[] floats = new float[3000];
        double[] doubles = new double[3000];
        for (int i = 0; i < floats.length; i++) {
            do {
                floats[i] = Float.intBitsToFloat(random.nextInt());
            } while (!Float.isFinite(floats[i]));
            do {
                doubles[i] = Double.longBitsToDouble(random.nextLong());
            } while (!Double.isFinite(doubles[i]));
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("f", Tensor.of(floats, 30, 100));
        tensors.put("d", Tensor.of(doubles, 3000));
        Path file = dir.resolve("f.json");
        JsonTensors.write(tensors, file);
        Map<String, Tensor> back = JsonTensors.read(file, DataLimits.DEFAULT);

        assertThat(back.get("d").doubles()).containsExactly(doubles);
        double[] widened = back.get("f").doubles();
        for (int i = 0; i < floats.length; i++) {
            assertThat((float) widened[i]).as("seed %d, element %d", seed, i).isEqualTo(floats[i]);
        }
    }

    @Test
    void textsOfAnyCharacterSurvive() {
        long seed = 92;
        Random random = new Random(seed);
        String[] texts = new String[300];
        for (int i = 0; i < texts.length; i++) {
            StringBuilder text = new StringBuilder();
            for (int c = random.nextInt(10); c > 0; c--) {
                int point = random.nextInt(4) == 0 ? random.nextInt(0x20) : random.nextInt(0x110000);
                text.appendCodePoint(point >= 0xD800 && point < 0xE000 ? '"' : point);
            }
            texts[i] = text.toString();
        }
        Path file = dir.resolve("t.json");
        JsonTensors.write(Map.of("t", Tensor.of(texts, 300)), file);

        assertThat(JsonTensors.read(file, DataLimits.DEFAULT).get("t").strings())
                .as("seed %d", seed)
                .containsExactly(texts);
    }

    /** The same table as a list of objects and as an object of lists. */
    @Test
    void rowsAndColumnsAreTheSameTable() {
        Random random = new Random(93);
        for (int round = 0; round < 50; round++) {
            int rows = 1 + random.nextInt(5);
            StringJoiner objects = new StringJoiner(",", "[", "]");
            StringJoiner first = new StringJoiner(",", "[", "]");
            StringJoiner second = new StringJoiner(",", "[", "]");
            for (int r = 0; r < rows; r++) {
                String a = random.nextInt(3) == 0 ? "null" : Double.toString(random.nextGaussian());
                String b = "[" + random.nextInt(9) + "," + random.nextInt(9) + "]";
                objects.add(r % 2 == 0 ? "{\"a\":" + a + ",\"b\":" + b + "}" : "{\"b\":" + b + ",\"a\":" + a + "}");
                first.add(a);
                second.add(b);
            }
            Map<String, Tensor> byRow = read(objects.toString());
            Map<String, Tensor> byColumn = read("{\"a\":" + first + ",\"b\":" + second + "}");

            assertThat(byRow.keySet()).containsExactly("a", "b");
            assertThat(byRow.get("b").shape()).containsExactly(rows, 2);
            for (String name : List.of("a", "b")) {
                assertThat(byRow.get(name).bytes()).isEqualTo(byColumn.get(name).bytes());
                assertThat(byRow.get(name).type()).isEqualTo(byColumn.get(name).type());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1,2]|INT64",
                "[1,2.0]|DOUBLE",
                "[1,null]|DOUBLE",
                "[9223372036854775807]|INT64",
                "[9223372036854775808]|DOUBLE",
                "[true,false]|BOOL",
                "[\"1\",\"2\"]|STRING",
                "[]|DOUBLE",
                "[[],[]]|DOUBLE",
                "null|DOUBLE",
                "[NaN]|DOUBLE"
            })
    void typesFollowFromTheLeaves(String json, ElementType type) {
        assertThat(read(json).get(JsonTensors.UNNAMED).type()).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1,\"a\"]|element (1)",
                "[[1,2],[3,true]]|element (3)",
                "[\"a\",1]|element (0)",
                "[true,1]|element (0)",
                "{\"k\":[[1],[2,3]]}|key (k)",
                "[[[1]],[[2],[3]]]|depth (1)",
                "[[1],[[2]]]|different depths",
                "[{\"a\":1},{\"a\":1},{\"c\":1}]|row (2)",
                "[{\"a\":1},[1]]|row (1)"
            })
    void whatIsWrongIsNamed(String json, String part) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(part)
                .hasMessageContaining("x.json");
    }

    @Test
    void syntaxErrorsAreAtTheirLineAndColumn() {
        for (int line = 1; line <= 6; line++) {
            for (int column = 1; column <= 6; column++) {
                String json = "[\n".repeat(line - 1) + " ".repeat(column - 1) + "?";
                String where = "line (" + line + "), column (" + column + ")";
                String near = "line (" + line + "), column (" + (column + 1) + ")";
                assertThatThrownBy(() -> read(json))
                        .isInstanceOf(InvalidInputException.class)
                        .satisfiesAnyOf(e -> assertThat(e).hasMessageContaining(where), e -> assertThat(e)
                                .hasMessageContaining(near));
            }
        }
    }

    @Test
    void nestedListsAndFilesSayTheSame() throws IOException {
        Random random = new Random(94);
        for (ElementType type : List.of(
                ElementType.FLOAT,
                ElementType.FLOAT16,
                ElementType.BFLOAT16,
                ElementType.INT8,
                ElementType.UINT16,
                ElementType.UINT32,
                ElementType.UINT64,
                ElementType.BOOL)) {
            byte[] bytes = new byte[(int) type.bytes(12)];
            random.nextBytes(bytes);
            Tensor tensor = Tensor.ofBytes(type, bytes, 2, 3, 2);
            Path file = dir.resolve("n.json");
            JsonTensors.write(Map.of("t", tensor), file);
            String direct =
                    JsonTensors.mapperForDocuments().writeValueAsString(Map.of("t", JsonTensors.nested(tensor)));

            assertThat(Files.readString(file).strip()).as(type.name()).isEqualTo(direct);
        }
    }
}
