package io.edgeai.optimize.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.ProfilingRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewrittenModelsTest {
    private static final byte[] MODEL = OnnxWriter.toBytes(GraphBuilder.residualNet(13, 1));
    private static final SessionOptions OPTIONS = SessionOptions.defaults().slots(1);

    private final ProfilingRuntime runtime = (ProfilingRuntime) Ort.runtime();

    @TempDir
    Path folder;

    @Test
    void answersAreTheSameBitsFromTheFirstTimeOn() {
        RewrittenModels models = new RewrittenModels(runtime, folder.resolve("cache"));
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(1), 2, 3, 8, 8));
        try (InferenceSession plain = runtime.open(MODEL, OPTIONS);
                InferenceSession first = models.open(MODEL, OPTIONS);
                InferenceSession second = models.open(MODEL, OPTIONS)) {
            byte[] expected = plain.run(feed).get("y").bytes();
            assertThat(first.run(feed).get("y").bytes()).isEqualTo(expected);
            assertThat(second.run(feed).get("y").bytes()).isEqualTo(expected);
        }
    }

    @Test
    void isMadeOnceForEachModelAndSetOfOptions() throws Exception {
        RewrittenModels models = new RewrittenModels(runtime, folder);
        Path file = models.file(MODEL, OPTIONS);
        FileTime made = Files.getLastModifiedTime(file);
        assertThat(models.file(MODEL, OPTIONS)).isEqualTo(file);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(made);

        Path other = models.file(MODEL, OPTIONS.engineOptions(Map.of("graph_optimization_level", "basic")));
        Path another = models.file(OnnxWriter.toBytes(GraphBuilder.residualNet(13, 2)), OPTIONS);
        assertThat(other).isNotEqualTo(file);
        assertThat(another).isNotEqualTo(file).isNotEqualTo(other);
        assertThat(Files.size(other)).isNotEqualTo(Files.size(file));
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void whatShallNotBeRewrittenIsNotKept() throws Exception {
        RewrittenModels models = new RewrittenModels(runtime, folder);
        models.open(MODEL, OPTIONS.optimize(false)).close();
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aFolderThatIsAFileIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("taken"), "x");
        assertThatThrownBy(() -> new RewrittenModels(runtime, file).open(MODEL, OPTIONS))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("taken");
    }
}
