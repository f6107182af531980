package io.edgeai.samples.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.EdgeAI;
import io.edgeai.TextEndpoint;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.text.Tokenizer;
import io.edgeai.core.text.Tokenizers;
import io.edgeai.core.text.pipeline.Label;
import io.edgeai.core.text.pipeline.TextClassification;
import io.edgeai.core.text.pipeline.TextModel;
import io.edgeai.formats.ModelImporters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/guide/text.md: they compile, run, and stand in the guide as they stand here. */
class TextGuideTest {
    private static final Path ROOT =
            Path.of(System.getProperty("edgeai.root", "..")).toAbsolutePath();

    @TempDir
    Path home;

    @Test
    void examplesRun() throws Exception {
        assumeTrue(Tokenizers.status().get("huggingface").usable(), "native tokenizers are not usable here");
        Path folder = TinyBert.write(home.resolve("tiny"), Reviews.vocabulary(), Reviews.LABELS, 3);
        Label served;
        try (EdgeAI edge = EdgeAI.builder().home(home.resolve("registry")).build()) {
            ModelVersion version = edge.importModel("reviews", folder);
            edge.registry().promote(version.ref(), "first release");
            try (TextEndpoint reviews = edge.text("reviews")) {
                Label label = reviews.classify("great product");
                List<Label> all = reviews.scores("great product");
                List<Label> same = reviews.with(model -> new TextClassification(model).scores("great product"));
                assertThat(same).isEqualTo(all);
                served = label;
            }
        }

        OnnxGraph graph =
                ModelImporters.discover().read(ModelFormat.HUGGINGFACE, folder).graph();
        try (Tokenizer tokenizer = Tokenizers.open(folder);
                InferenceSession session = Engines.discover()
                        .forFormat(ModelFormat.ONNX)
                        .open(OnnxWriter.toBytes(graph), SessionOptions.defaults())) {
            TextModel model = TextModel.of(session, tokenizer, graph.info().metadata());
            Label alone = new TextClassification(model).classify("great product");
            assertThat(alone).isEqualTo(served);
        }
    }

    @Test
    void theGuideShowsNothingElse() throws Exception {
        String guide = Files.readString(ROOT.resolve("docs/guide/text.md"));
        String here = squeezed(
                Files.readString(ROOT.resolve("samples/src/test/java/io/edgeai/samples/text/TextGuideTest.java")));
        String[] blocks = guide.split("```java\n");

        assertThat(blocks).hasSize(3);
        for (int i = 1; i < blocks.length; i++) {
            String code = blocks[i].substring(0, blocks[i].indexOf("```"));
            for (String line : code.replaceAll("(?m)//.*$", "").split("[;{}]\\s*\n")) {
                assertThat(here).contains(squeezed(line));
            }
        }
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
