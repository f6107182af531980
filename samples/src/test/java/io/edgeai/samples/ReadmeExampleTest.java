package io.edgeai.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.placement.model.Site;
import io.edgeai.samples.convnet.SmallConvNet;
import io.edgeai.samples.shapes.DrawnDigits;
import io.edgeai.samples.shapes.LabelledImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first code is the code that compiles and runs here, and it comes early. */
class ReadmeExampleTest {
    private static final Path ROOT = Path.of(System.getProperty("edgeai.root", ".."));

    @TempDir
    Path folder;

    @Test
    void theReadmeShowsTheCodeThatCompiles() throws IOException {
        String source = Files.readString(ROOT.resolve("samples/src/main/java/io/edgeai/samples/ReadmeExample.java"));
        String expected = source.substring(source.indexOf("// readme\n") + 10, source.indexOf("// end"))
                        .strip() + "\n}";
        String readme = Files.readString(ROOT.resolve("README.md"));
        int start = readme.indexOf("```java\n") + 8;
        String shown = readme.substring(start, readme.indexOf("```", start)).strip();

        assertThat(shown).isEqualTo(expected);
        assertThat(readme.substring(0, start).lines().count()).isLessThan(25);
    }

    @Test
    void theReadmeNamesTheTwoCommandsAndFilesThatExist() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));

        assertThat(readme).contains("mvn -q -Pdemo", "mvn verify", "bin/edgeai");
        java.util.regex.Matcher links =
                java.util.regex.Pattern.compile("\\]\\(([^)#:]+)\\)").matcher(readme);
        while (links.find()) {
            assertThat(ROOT.resolve(links.group(1))).exists();
        }
    }

    @Test
    void theCodeRuns() {
        LabelledImages images = DrawnDigits.defaults().draw(120, 1);
        float[][] rows =
                IntStream.range(0, images.size()).mapToObj(images::image).toArray(float[][]::new);
        Path model = folder.resolve("defects.onnx");
        OnnxWriter.write(new SmallConvNet(images.side(), images.classes(), 1).toOnnx(), model);
        Site site = Site.builder("here")
                .cpuCores(4)
                .memoryBytes(1L << 32)
                .gigaMacsPerSecondPerCore(10)
                .at(50, 8)
                .build();

        ReadmeExample.Outcome outcome =
                ReadmeExample.run(folder.resolve("home"), model, rows, rows, images.labels(), List.of(site), rows[0]);

        assertThat(outcome.small().report().bytesAfter())
                .isLessThan(outcome.small().report().bytesBefore());
        assertThat(outcome.plan().assignments()).hasSize(1);
        assertThat(outcome.scores()).isEqualTo(images.classes());
        assertThat(outcome.health().subject()).isNotEmpty();
    }
}
