package io.edgeai.samples.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.format.ModelFormatDetector;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.text.source.TokenizerSource;
import io.edgeai.formats.ModelImporters;
import io.edgeai.formats.safetensors.SafetensorsFile;
import io.edgeai.formats.spi.ImportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder that samples train on is one that the importer knows whole. */
class TinyBertTest {
    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        TinyBert.write(folder, Reviews.vocabulary(), List.of("no", "yes", "both"), 4);
    }

    private static float[] logits(ImportedModel model, long[] ids, long[] mask) {
        try (InferenceSession session = Engines.discover()
                .forFormat(ModelFormat.ONNX)
                .open(OnnxWriter.toBytes(model.graph()), SessionOptions.defaults())) {
            return session.run(Map.of(
                            "input_ids", Tensor.of(ids, 1, ids.length),
                            "attention_mask", Tensor.of(mask, 1, mask.length),
                            "token_type_ids", Tensor.of(new long[ids.length], 1, ids.length)))
                    .get("logits")
                    .floats();
        }
    }

    @Test
    void everyWeightIsUsedAndPaddingIsHidden() {
        ImportedModel model = ModelImporters.discover().read(ModelFormat.HUGGINGFACE, folder);

        assertThat(ModelFormatDetector.detect(folder)).isEqualTo(ModelFormat.HUGGINGFACE);
        assertThat(model.notes()).noneMatch(note -> note.contains("not used"));
        float[] plain = logits(model, new long[] {2, 9, 3}, new long[] {1, 1, 1});
        float[] padded = logits(model, new long[] {2, 9, 3, 0, 0}, new long[] {1, 1, 1, 0, 0});
        assertThat(plain).hasSize(3);
        assertThat(padded).containsExactly(plain, within(1e-5f));
        assertThat(model.graph().info().metadata())
                .containsEntry("huggingface.id2label", "{\"0\":\"no\",\"1\":\"yes\",\"2\":\"both\"}");
    }

    @Test
    void theTokenizerKnowsThePositions() {
        assertThat(TokenizerSource.read(folder).maxTokens()).isEqualTo(32);
        assertThat(TokenizerSource.read(folder).special().mask()).contains("[MASK]");
    }

    @Test
    void theSameSeedGivesTheSameBytes() throws IOException {
        Path again = TinyBert.write(folder.resolve("again"), Reviews.vocabulary(), List.of("no", "yes", "both"), 4);
        Path other = TinyBert.write(folder.resolve("other"), Reviews.vocabulary(), List.of("no", "yes", "both"), 5);

        assertThat(again.resolve("model.safetensors")).hasSameBinaryContentAs(folder.resolve("model.safetensors"));
        assertThat(Files.mismatch(other.resolve("model.safetensors"), folder.resolve("model.safetensors")))
                .isPositive();
        assertThat(SafetensorsFile.open(again.resolve("model.safetensors")).entries())
                .hasSize(25);
    }
}
