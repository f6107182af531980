package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTensorsTest {
    @TempDir
    Path dir;

    private Map<String, Tensor> read(String json) {
        try {
            return JsonTensors.read(Files.writeString(dir.resolve("x.json"), json), DataLimits.DEFAULT);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Tensor unnamed(String json) {
        Tensor tensor = read(json).get(JsonTensors.UNNAMED);
        assertThat(tensor).isNotNull();
        return tensor;
    }

    @Test
    void rowsOfNumbers() {
        Tensor whole = unnamed("[[1, 2], [3, 4], [5, 6]]");
        Tensor mixed = unnamed("[[1, 2.5], [null, NaN]]");

        assertThat(whole.longs()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(whole.shape()).containsExactly(3, 2);
        assertThat(mixed.doubles()).containsExactly(1, 2.5, Double.NaN, Double.NaN);
    }

    @Test
    void stringsAndFlagsAndDeepLists() {
        assertThat(unnamed("[\"a\", \"b\"]").strings()).containsExactly("a", "b");
        assertThat(unnamed("[true, false]").type()).isEqualTo(ElementType.BOOL);
        assertThat(unnamed("[[[1], [2]], [[3], [4]]]").shape()).containsExactly(2, 2, 1);
        assertThat(unnamed("[]").shape()).containsExactly(0);
        assertThat(unnamed("7").shape()).isEmpty();
        assertThat(unnamed("[12345678901234567890]").type()).isEqualTo(ElementType.DOUBLE);
    }

    @Test
    void objectsAreColumnsAndNamedTensors() {
        Map<String, Tensor> rows = read("[{\"age\": 3, \"name\": \"x\"}, {\"name\": \"y\", \"age\": 4}]");
        Map<String, Tensor> named = read("{\"a\": [1, 2], \"b\": [[0.5]]}");

        assertThat(rows.keySet()).containsExactly("age", "name");
        assertThat(rows.get("age").longs()).containsExactly(3, 4);
        assertThat(rows.get("name").strings()).containsExactly("x", "y");
        assertThat(named.get("b").shape()).containsExactly(1, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[[1, 2], [3]]",
                "[1, [2]]",
                "[[1], 2]",
                "[1, \"a\"]",
                "[{\"a\": 1}, {\"b\": 1}]",
                "[{\"a\": 1}, 3]",
                "[{\"a\": 1}, {\"a\": 1, \"b\": 2}]",
                "[1, {}]",
                "{\"a\": {\"b\": 1}}",
            })
    void whatIsNoTensorIsRefused(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("x.json")
                .hasMessageContaining("Maybe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1, 2", "{\"a\": 1, \"a\": 2}", "[1]\n\n x", "nope", "[1,]"})
    void syntaxErrorsNameTheLine(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("wrong in line (");
    }

    @Test
    void depthAndSizeAreBounded() {
        assertThatThrownBy(() -> read("[".repeat(10_000))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> read("")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> {
                    Path file = Files.writeString(dir.resolve("big.json"), "[1,2,3,4,5,6,7,8,9]");
                    JsonTensors.read(file, new DataLimits(10, 10, 10));
                })
                .hasMessageContaining("limit");
    }

    @Test
    void writtenTensorsReadBack() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("f", Tensor.of(new float[] {0.1f, Float.NaN, -1e-30f, 5}, 2, 2));
        tensors.put("s", Tensor.of(new String[] {"a\"b", "ü"}, 2));
        tensors.put("i", Tensor.of(new long[] {Long.MAX_VALUE}, 1));
        tensors.put("scalar", Tensor.of(new long[] {3}));
        Path file = dir.resolve("o.json");
        JsonTensors.write(tensors, file);

        Map<String, Tensor> back = JsonTensors.read(file, DataLimits.DEFAULT);
        assertThat(back.get("f").shape()).containsExactly(2, 2);
        double[] f = back.get("f").doubles();
        assertThat((float) f[0]).isEqualTo(0.1f);
        assertThat(f[1]).isNaN();
        assertThat((float) f[2]).isEqualTo(-1e-30f);
        assertThat(back.get("s").strings()).containsExactly("a\"b", "ü");
        assertThat(back.get("i").longs()).containsExactly(Long.MAX_VALUE);
        assertThat(back.get("scalar").shape()).isEmpty();
    }

    @Test
    void nestedListsHaveTheTensorsShape() {
        assertThat(JsonTensors.nested(Tensor.of(new long[] {1, 2, 3, 4}, 2, 2)))
                .isEqualTo(List.of(List.of(1L, 2L), List.of(3L, 4L)));
        assertThat(JsonTensors.nested(Tensor.of(new long[] {9}))).isEqualTo(9L);
    }
}
