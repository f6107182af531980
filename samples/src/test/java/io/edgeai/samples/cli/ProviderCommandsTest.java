package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What runs a model, named on the command line. */
class ProviderCommandsTest {
    @TempDir
    private Path dir;

    private Path model;
    private Path input;

    @BeforeEach
    void write() throws IOException {
        model = Graphs.write(Graphs.affine(), dir.resolve("affine.onnx"));
        input = Files.writeString(dir.resolve("in.csv"), "1,2,3\n");
    }

    private static String absent() {
        InferenceRuntime runtime = Engines.discover().forFormat(ModelFormat.ONNX);
        return ExecutionProvider.all().stream()
                .filter(provider -> !runtime.availability(provider).usable())
                .map(ExecutionProvider::name)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void ofSeveralTheFirstThatIsHereRuns() {
        Console plain = Console.run("run", model, "-i", input);
        Console named = Console.run("run", model, "-i", input, "--provider", absent() + ",cpu");

        assertThat(named.code()).isZero();
        assertThat(named.out()).isEqualTo(plain.out()).isNotEmpty();
    }

    @Test
    void oneThatIsNotHereSaysWhatToAdd() {
        for (Object[] command : new Object[][] {
            {"run", model, "-i", input, "--provider", absent()},
            {"bench", model, "--seconds", ".01", "--rounds", "2", "--provider", absent()},
            {"serve", "--home", dir.resolve("home"), "--model", "a=" + model, "--port", 0, "--provider", absent()}
        }) {
            Console console = Console.run(command);

            assertThat(console.code()).as("%s", command[0]).isEqualTo(2);
            assertThat(console.err()).contains("(" + absent() + ")", "Maybe");
            assertThat(console.out()).isEmpty();
        }
    }

    /** Two nodes, Mul and Add: the engine joins none of them. */
    @Test
    void aMeasurementSaysHowManyNodesRunWhere() {
        Console console = Console.run("bench", model, "--seconds", ".01", "--rounds", "2", "--provider", "cpu");

        assertThat(console.code()).isZero();
        assertThat(console.out()).contains("nodes of " + model + ": 2 on cpu");
    }

    @ParameterizedTest
    @CsvSource({
        "abacus, tensorrt",
        "cuda:device_id, NAME=VALUE",
        "cpu:threads=2, cpu",
        "'openvino:device_type=AUTO:GPU,CPU', (openvino)",
    })
    void whatIsNoProviderIsExplained(String provider, String part) {
        Console console = Console.run("run", model, "-i", input, "--provider", provider);

        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).contains(part, "Maybe");
    }

    @Test
    void anEngineWithoutProvidersSaysWhichHasThem() {
        Console console = Console.run("run", model, "-i", input, "--engine", "java-trees", "--provider", "cuda");

        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).contains("(java-trees)", "onnxruntime");
    }
}
