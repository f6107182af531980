package io.edgeai.samples.cli;

import static io.edgeai.samples.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.ensemble.ModelGraph;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import io.edgeai.samples.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** y = 2x + 1, and the same of that: 4x + 3. */
class EnsembleServingTest {
    private static final String TWICE =
            """
            {"steps": [
               {"model": "affine", "input_map": {"x": "h"}, "output_map": {"y": "twice"}},
               {"model": "affine", "output_map": {"y": "h"}}],
             "outputs": ["twice", "h"]}
            """;

    @TempDir
    private Path dir;

    private Path home;
    private Path model;

    @BeforeEach
    void write() throws IOException {
        home = dir.resolve("home");
        model = Graphs.write(Graphs.affine(), dir.resolve("affine.onnx"));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(dir.resolve("ensemble.json"), text);
    }

    @Test
    void anEnsembleIsServedBesideItsModels() throws Exception {
        Path twice = file(TWICE);
        Console console = Console.create();
        Thread serving = new Thread(() -> console.execute(
                "serve",
                "--home",
                home,
                "--port",
                0,
                "--model",
                "affine=" + model,
                "--ensemble",
                "twice=" + twice,
                Patience.DEADLINE));
        serving.start();
        patiently().until(() -> console.out().contains("\n") || console.code() >= 0);

        assertThat(console.out()).as(console.err()).startsWith("serving affine, twice on http://127.0.0.1:");
        String uri = console.out().lines().findFirst().orElseThrow().substring("serving affine, twice on ".length());
        assertThat(infer(uri, "affine")).contains("\"data\":[7.0,9.0,11.0]");
        assertThat(infer(uri, "twice"))
                .contains("\"name\":\"twice\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[15.0,19.0,23.0]")
                .contains("\"name\":\"h\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[7.0,9.0,11.0]");
        assertThat(get(uri + "/v2/models/twice"))
                .contains("\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,3]}]");
        assertThat(get(uri + "/metrics"))
                .as("the ensemble and its two steps, and the model asked by its own name")
                .contains("edgeai_inferences_total{model=\"twice\",version=\"1\"} 1")
                .contains("edgeai_inferences_total{model=\"affine\",version=\"1\"} 3");
        serving.interrupt();
        serving.join();
        assertThat(console.code()).isZero();
    }

    @Test
    void anEnsembleOfModelsThatAreNotThereIsRefused() throws Exception {
        refused("Model (affin) is not registered", TWICE.replace("affine", "affin"));
        refused("is wrong: (step) is none of [outputs, steps]", TWICE.replace("\"steps\"", "\"step\""));
        refused("(wide)", TWICE.replace("\"twice\", \"h\"", "\"wide\""));
    }

    @Test
    void anEnsembleCannotHaveTheNameOfAModel() throws Exception {
        Console console = Console.run(
                "serve",
                "--home",
                home,
                "--port",
                0,
                "--model",
                "affine=" + model,
                "--ensemble",
                "affine=" + file(TWICE));
        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err())
                .contains("There is a model (affine) in the registry")
                .hasLineCount(1);
    }

    private void refused(String message, String text) throws IOException {
        Console console = Console.run(
                "serve",
                "--home",
                home,
                "--port",
                0,
                "--model",
                "affine=" + model,
                "--ensemble",
                "twice=" + file(text));
        assertThat(console.err()).contains(message).hasLineCount(1);
        assertThat(console.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | (ARRAY) is no object",
                "{'steps':[],'outputs':['y']} | (steps) is no list with something in it",
                "{'steps':[{'model':'affine'}]} | (outputs) is no list with something in it",
                "{'steps':[{'input_map':{}}],'outputs':['y']} | (model) is missing a name",
                "{'steps':[{'model':'affine','input_map':['x']}],'outputs':['y']} | (input_map) is no object of names",
                "{'steps':[{'model':'affine','input_map':{'x':1}}],'outputs':['y']} | (input_map) is missing a name",
                "{'steps':[{'model':'affine','maps':{}}],'outputs':['y']} | (maps) is none of",
                "{'steps':[{'model':'affine'}],'outputs':[7]} | (outputs) is missing a name"
            })
    void aFileThatIsWrongSaysWhere(String text, String message) throws IOException {
        Path file = file(text.replace('\'', '"'));
        assertThatThrownBy(() -> EnsembleFile.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("Maybe write {");
    }

    /** Without maps, tensors of the same names meet, and what no step gives is asked for. */
    @Test
    void whatIsNotWiredGoesByItsName() throws IOException {
        EnsembleFile ensemble = EnsembleFile.read(file("{\"steps\":[{\"model\":\"affine\"}],\"outputs\":[\"y\"]}"));
        TensorSpec x = TensorSpec.of("x", ElementType.FLOAT, -1, 3);
        TensorSpec y = TensorSpec.of("y", ElementType.FLOAT, -1, 3);
        try (ModelGraph session = ModelGraph.builder()
                        .input(x)
                        .step("affine", EnsembleServingTest::affine, w -> w.input("x")
                                .output(y))
                        .output("y")
                        .build();
                ModelGraph graph = ensemble.graph(name -> session)) {
            assertThat(ensemble.models()).containsExactly("affine");
            assertThat(graph.signature().inputs()).containsExactly(x);
            assertThat(graph.run(Map.of("x", Tensor.of(new float[] {1, 2, 3}, 1, 3)))
                            .get("y")
                            .floats())
                    .containsExactly(3, 5, 7);
        }
    }

    private static Map<String, Tensor> affine(Map<String, Tensor> inputs) {
        float[] values = inputs.get("x").floats();
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 * values[i] + 1;
        }
        return Map.of("y", Tensor.of(values, 1, 3));
    }

    private static String get(String link) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(link)).build(), BodyHandlers.ofString())
                .body();
    }

    private static String infer(String uri, String name) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri + "/v2/models/" + name + "/infer"))
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[3,4,5]}]}"))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
}
