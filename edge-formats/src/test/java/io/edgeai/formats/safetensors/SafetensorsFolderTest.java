package io.edgeai.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights in one file and in several. */
class SafetensorsFolderTest {
    @TempDir
    Path folder;

    @BeforeEach
    void shards() {
        new TensorFile().floats("a", new float[] {1, 2}, 2).save(folder.resolve("one.safetensors"));
        new TensorFile()
                .floats("b", new float[] {3}, 1)
                .floats("c", new float[] {4}, 1)
                .save(folder.resolve("two.safetensors"));
    }

    private void index(String map) throws IOException {
        Files.writeString(
                folder.resolve(SafetensorsFolder.INDEX),
                "{\"metadata\":{\"total_size\":16},\"weight_map\":" + map.replace('\'', '"') + "}");
    }

    @Test
    void anIndexJoinsItsFiles() throws IOException {
        index("{'a':'one.safetensors','b':'two.safetensors','c':'two.safetensors'}");

        SafetensorsFolder all = Objects.requireNonNull(SafetensorsFolder.find(folder));

        assertThat(all.entries().keySet()).containsExactly("a", "b", "c");
        assertThat(all.tensor("a").floats()).containsExactly(1, 2);
        assertThat(all.tensor("c").floats()).containsExactly(4);
        assertThatThrownBy(() -> all.tensor("d")).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aSingleFileGoesBeforeAnIndex() throws IOException {
        index("{}");
        new TensorFile().floats("whole", new float[] {9}, 1).save(folder.resolve(SafetensorsFolder.SINGLE));

        assertThat(Objects.requireNonNull(SafetensorsFolder.find(folder))
                        .entries()
                        .keySet())
                .containsExactly("whole");
    }

    @Test
    void withoutEitherThereIsNothing() {
        assertThat(SafetensorsFolder.find(folder)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|no weight_map",
                "{'a':'one.safetensors','x':'one.safetensors'}|holds (x), but it does not",
                "{'a':'one.safetensors','b':'two.safetensors'}|holds (c), which it does",
                "{'a':'../one.safetensors'}|no file beside it",
                "{'a':'/etc/passwd'}|no file beside it",
                "{'a':'one.safetensors','a':'two.safetensors'}|places (a) twice",
                "{'a':7}|places (a) twice or in no file",
                "{'a':'absent.safetensors'}|cannot be read",
                "{'a':'one.safe|cannot be read"
            })
    void indexesThatLieAreRefused(String map, String reason) throws IOException {
        index(map);

        assertThatThrownBy(() -> SafetensorsFolder.find(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("Maybe");
    }
}
