package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.samples.Console;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Image files on the command line, on a model whose scores are the means of red, green and blue. */
class RunVisionTest {
    @TempDir
    Path dir;

    private Path model;
    private Path red;
    private Path blue;

    @BeforeEach
    void write() throws IOException {
        OnnxGraph graph = OnnxGraph.create("colours", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 1, 3, 8, 8));
        graph.initializers().put("shape", OnnxTensor.ofLongs(new long[] {1, 3}, 2));
        graph.add("GlobalAveragePool", "pool", List.of("x"), List.of("p"));
        graph.add("Reshape", "flat", List.of("p", "shape"), List.of("y"));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, 1, 3));
        model = Files.write(dir.resolve("colours.onnx"), OnnxWriter.toBytes(graph));
        red = image("red.png", 0xff0000);
        blue = image("blue.png", 0x0000ff);
    }

    private Path image(String name, int colour) throws IOException {
        BufferedImage image = new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 200; i++) {
            image.setRGB(i % 20, i / 20, colour);
        }
        Path file = dir.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    /** A quantized model of Google's with its names attached: bytes in, bytes out, nothing to be said. */
    @Test
    void aTfliteClassifierNamesWhatItSees() throws IOException {
        Path data = Path.of(System.getProperty("edgeai.testdata", "../shared/data"));
        Path mobilenet = data.resolve("formats/tflite/mobilenet_v2_1.0_224_quant.tflite");
        Assumptions.assumeTrue(Files.isRegularFile(mobilenet), "skipped: no file " + mobilenet + " (edgeai.testdata)");
        Console console = Console.run(
                "run",
                mobilenet.toString(),
                "-i",
                data.resolve("optimize/imagenet/0001.jpg").toString(),
                "--task",
                "image-classification");

        assertThat(console.code()).as(console.err()).isZero();
        JsonNode answers = new ObjectMapper().readTree(console.out());
        assertThat(answers.findValuesAsText("label").get(0)).startsWith("goldfish");
        assertThat(answers.findValue("score").doubleValue()).isBetween(.9, 1.0);
    }

    @Test
    void imagesAreNamedInOrder() throws IOException {
        Path labels = Files.writeString(dir.resolve("labels.txt"), "red\ngreen\nblue\n");
        Console console = Console.run(
                "run",
                model.toString(),
                "-i",
                blue.toString(),
                red.toString(),
                "--task",
                "image-classification",
                "--labels",
                labels.toString(),
                "--top-k",
                "1",
                "--vision",
                "activation=none");

        assertThat(console.code()).as(console.err()).isZero();
        JsonNode answers = new ObjectMapper().readTree(console.out());
        assertThat(answers.size()).isEqualTo(2);
        assertThat(answers.at("/0/0/label").textValue()).isEqualTo("blue");
        assertThat(answers.at("/0/0/score").doubleValue()).isEqualTo(1);
        assertThat(answers.at("/1/0/label").textValue()).isEqualTo("red");
    }

    @Test
    void answersAreWrittenWhereAsked() throws IOException {
        Path file = dir.resolve("answers.json");
        Console console = Console.run(
                "run", model.toString(), "-i", red.toString(), "--task", "image-classification", "-o", file.toString());

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(new ObjectMapper().readTree(file.toFile()).at("/0/0/index").intValue())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "--task image-classification --labels nowhere.txt, nowhere.txt",
        "--task image-classification --labels a -o x.csv, x.csv",
        "--task image-classification --labels a --labels b, is one file",
        "--task image-classification --vision fit=cut, vision.fit = cut",
        "--task image-classification --top-k 0, --top-k (0)",
        "--task object-detection, no head",
        "--vision fit=crop, needs a task"
    })
    void whatCannotBeIsNamedInOneLine(String options, String said) {
        List<String> all = new ArrayList<>(List.of("run", model.toString(), "-i", red.toString()));
        all.addAll(List.of(options.split(" ")));
        Console console = Console.run(all.toArray());

        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).contains(said).contains("Maybe ").hasLineCount(1);
    }
}
