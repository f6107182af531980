package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hugging Face folders that hold a graph and no weights. */
class FolderKindTest {
    @TempDir
    Path folder;

    @BeforeEach
    void graph() throws IOException {
        Files.createDirectory(folder.resolve("onnx"));
    }

    private void settings() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"bert\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "onnx/model.onnx", "onnx/model_quantized.onnx"})
    void settingsAndAGraphAreAHuggingFaceFolder(String name) throws IOException {
        settings();
        Files.write(folder.resolve(name), TinyModels.affine(1));

        assertThat(ModelFormatDetector.detect(folder)).isEqualTo(ModelFormat.HUGGINGFACE);
        ModelInspection inspection = ModelInspector.inspect(folder);
        assertThat(inspection.format()).isEqualTo(ModelFormat.HUGGINGFACE);
        assertThat(inspection.formatVersion() + inspection.metadata()).contains("bert");
    }

    @Test
    void aGraphWithoutSettingsIsNoFolderOfAKnownKind() throws IOException {
        Files.write(folder.resolve("model.onnx"), TinyModels.affine(1));

        assertThatThrownBy(() -> ModelFormatDetector.detect(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no model of a known kind")
                .hasMessageContaining("Maybe name the model in it");
    }

    @Test
    void whatOnlyHasTheNameOfAGraphIsSaidToBeWhatItIs() throws IOException {
        settings();
        Files.writeString(folder.resolve("onnx/model.onnx"), "version https://git-lfs.github.com/spec/v1\n");

        assertThatThrownBy(() -> ModelFormatDetector.detect(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Git LFS pointer");
    }
}
