package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.formats.golden.Formats;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders with answers that PyTorch and transformers computed. */
class HuggingFaceGoldenTest {
    @Test
    void everyGivenFolderAnswersAsPyTorchDoes() throws IOException {
        List<Path> folders = RecordedAnswers.folders(Formats.folder("huggingface"));
        List<String> wrong = new ArrayList<>();
        for (Path folder : folders) {
            wrong.addAll(RecordedAnswers.differences(folder));
        }
        assertThat(wrong).isEmpty();
        assertThat(folders).hasSizeGreaterThanOrEqualTo(3);
    }

    static List<Path> recorded() throws IOException, URISyntaxException {
        Path readme = Path.of(Objects.requireNonNull(HuggingFaceGoldenTest.class.getResource("/huggingface/README.md"))
                .toURI());
        return RecordedAnswers.folders(Objects.requireNonNull(readme.getParent()));
    }

    /** Twelve kinds with their heads, as transformers saves them and answers. */
    @ParameterizedTest
    @MethodSource("recorded")
    void answersAsTransformersDoes(Path folder) throws IOException {
        assertThat(RecordedAnswers.differences(folder)).isEmpty();
    }

    @Test
    void everyKindIsAmongTheRecorded() throws IOException, URISyntaxException {
        String names = recorded().toString();

        assertThat(List.of(
                        "Bert",
                        "Roberta",
                        "XLMRoberta",
                        "Camembert",
                        "Electra",
                        "Albert",
                        "DistilBert",
                        "MPNet",
                        "DebertaV2",
                        "ViT",
                        "GPT2",
                        "T5"))
                .allSatisfy(kind -> assertThat(names).contains("-" + kind));
    }
}
