package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import io.edgeai.samples.convnet.SmallConvNet;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitCommandTest {
    @TempDir
    Path dir;

    private Path model;

    @BeforeEach
    void write() {
        model = Graphs.write(new SmallConvNet(20, 10, 1).toOnnx(), dir.resolve("conv.onnx"));
    }

    private static Map<String, Tensor> image() {
        Random random = new Random(4);
        float[] pixels = new float[400];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }
        return Map.of("image", Tensor.of(pixels, 1, 1, 20, 20));
    }

    private static Map<String, Tensor> run(Path file, Map<String, Tensor> feed, boolean optimize) {
        try (InferenceSession session = Engines.discover()
                .forFormat(ModelFormat.ONNX)
                .open(file, SessionOptions.defaults().optimize(optimize))) {
            return session.run(feed);
        }
    }

    /** The files, one after another, each fed with what those before it made. */
    private static Map<String, Tensor> chain(JsonNode parts, Map<String, Tensor> feed, boolean optimize) {
        Map<String, Tensor> values = new HashMap<>(feed);
        Map<String, Tensor> last = Map.of();
        for (JsonNode part : parts) {
            Map<String, Tensor> inputs = new HashMap<>();
            part.get("inputs").forEach(name -> inputs.put(name.textValue(), values.get(name.textValue())));
            last = run(Path.of(part.get("file").textValue()), inputs, optimize);
            values.putAll(last);
        }
        return last;
    }

    @ParameterizedTest
    @CsvSource({"outputs, 3", "inputs, 2"})
    void shardsOfALayerTogetherGiveTheWhole(String axis, int count) {
        JsonNode answer = Answers.json(
                Console.run(
                        "split", model, "--layer", "logits", "--shards", count, "--axis", axis, "-o", dir, "--json"),
                0);

        assertThat(answer.get("kind").textValue()).isEqualTo("shards");
        assertThat(answer.get("parts")).hasSize(count + 2);
        assertThat(answer.get("balance").doubleValue()).isGreaterThanOrEqualTo(1);
        Map<String, Tensor> whole = run(model, image(), true);
        Map<String, Tensor> split = chain(answer.get("parts"), image(), true);
        assertThat(split.get("logits").floats())
                .containsExactly(whole.get("logits").floats(), within(1e-4f));
    }

    @Test
    void aLayerStandsAlone() {
        Answers.refused(Console.run("split", model, "--layer", "logits"), "--layer NAME and --shards N go together");
        Answers.refused(
                Console.run("split", model, "--layer", "logits", "--shards", 2, "--stages", 2), "--layer stands alone");
        Answers.refused(Console.run("split", model, "--layer", "nothing", "--shards", 2), "(nothing)");
        Answers.refused(
                Console.run("split", model, "--layer", "logits", "--shards", 2, "--axis", "both"), "--axis (both)");
    }

    @Test
    void stagesRunOneAfterAnotherGiveTheBitsOfTheWhole() {
        JsonNode answer =
                Answers.json(Console.run("split", model, "--stages", 2, "-o", dir.resolve("new/parts"), "--json"), 0);

        assertThat(answer.get("kind").textValue()).isEqualTo("pipeline");
        assertThat(answer.get("exact").booleanValue()).isTrue();
        assertThat(answer.get("balance").doubleValue()).isBetween(1.0, 2.0);
        assertThat(answer.get("parts")).hasSize(2);
        Map<String, Tensor> whole = run(model, image(), true);
        Map<String, Tensor> split = chain(answer.get("parts"), image(), false);
        whole.forEach(
                (name, tensor) -> assertThat(split.get(name).floats()).as(name).isEqualTo(tensor.floats()));
    }

    @Test
    void portableStagesAreEqualUpToRounding() {
        JsonNode answer = Answers.json(
                Console.run("split", model, "--stages", 2, "--portable", "-o", dir.resolve("p"), "--json"), 0);

        Map<String, Tensor> whole = run(model, image(), true);
        Map<String, Tensor> split = chain(answer.get("parts"), image(), true);
        whole.forEach((name, tensor) -> {
            float[] expected = tensor.floats();
            float[] actual = split.get(name).floats();
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).as(name).isCloseTo(expected[i], within(1e-4f));
            }
        });
    }

    /** A cloud as fast as this machine beside a device a million times slower: all but sending is worth it. */
    @Test
    void aHopelessDeviceSendsEverythingToTheCloud() {
        JsonNode answer = Answers.json(
                Console.run(
                        "split",
                        model,
                        "--tier",
                        "device=1000000",
                        "--link",
                        "1000:1",
                        "--tier",
                        "cloud=1",
                        "-o",
                        dir.resolve("t"),
                        "--json"),
                0);

        assertThat(answer.get("kind").textValue()).isEqualTo("tiers");
        assertThat(answer.get("parts")).hasSize(1);
        assertThat(answer.get("parts").get(0).get("name").textValue()).isEqualTo("cloud");
        assertThat(answer.get("totalMicros").doubleValue())
                .as("a millisecond up and one back, and what it computes")
                .isGreaterThan(2000);
        run(model, image(), true).forEach((name, tensor) -> assertThat(
                        chain(answer.get("parts"), image(), true).get(name).floats())
                .as(name)
                .isEqualTo(tensor.floats()));
    }

    /** A link that takes an hour: nothing is worth sending. */
    @Test
    void aHopelessLinkKeepsEverythingOnTheDevice() {
        Console console =
                Console.run("split", model, "--tier", "device=2", "--link", "1:3600000", "--tier", "cloud=0.1");

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out())
                .contains("everything on device: ", "everything on cloud: 72000")
                .doesNotContain("->");
        assertThat(console.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|either --stages N or --tier NAME=SLOWDOWN is needed",
                "--stages 2 --tier a=1|either --stages N or --tier NAME=SLOWDOWN is needed",
                "--tier a=1|1 --tier need 1 --link and there are 0",
                "--tier a=1 --tier b=1|2 --tier need 1 --link",
                "--tier a=1 --portable --tier b=1 --link 1:1|--portable is for --stages",
                "--stages 2 --link 1:1 --link 2:2|one --link is the same between all stages",
                "--stages 2 --link fast|--link (fast) must be two parts around ':'",
                "--stages 2 --link 1:x|--link (1:x) holds no number in (x)",
                "--tier ../a=1 --tier b=1 --link 1:1|--tier (../a=1) must have a name of its own",
                "--tier a=1 --tier a=1 --link 1:1|--tier (a=1) must have a name of its own",
                "--stages 60|can be cut at"
            })
    void whatDoesNotGoTogetherIsNamed(String options, String message) {
        Object[] arguments = options == null ? new Object[] {"split", model} : arguments(options);
        Console console = Console.run(arguments);

        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).contains(message).hasLineCount(1);
    }

    private Object[] arguments(String options) {
        String[] words = options.split(" ");
        Object[] arguments = new Object[words.length + 2];
        arguments[0] = "split";
        arguments[1] = model;
        System.arraycopy(words, 0, arguments, 2, words.length);
        return arguments;
    }
}
