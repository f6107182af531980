package io.edgeai.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.onnx.OnnxGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FederatedSimulationTest {
    private static final String SMALL = "{'type':'synthetic','participants':8,'features':5,'classes':3}";
    private final ObjectMapper json = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void reportsOneLineOfJsonForEachRound() throws IOException {
        List<String> lines = new ArrayList<>();
        FederatedSimulation simulation = simulation("'rounds':3,'evaluateEvery':2,'selection':{'count':4}");
        FederatedSimulation.Result result = simulation.run(lines::add, Progress.NONE);
        assertThat(lines).hasSize(3).noneMatch(line -> line.contains("\n"));
        JsonNode first = json.readTree(lines.get(0));
        JsonNode second = json.readTree(lines.get(1));
        assertThat(first.get("round").asInt()).isEqualTo(1);
        assertThat(first.get("accuracy").isNull()).isTrue();
        assertThat(first.get("epsilon").isNull()).isTrue();
        assertThat(first.get("bytes").asLong()).isEqualTo(2 * 4 * 4L * (5 * 3 + 3));
        assertThat(first.get("seconds").asDouble()).isGreaterThan(0);
        assertThat(second.get("accuracy").asDouble())
                .isCloseTo(result.run().rounds().get(1).accuracy(), within(1e-12));
        assertThat(second.get("loss").asDouble()).isGreaterThan(0);
        assertThat(simulation.rounds()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'strategy':'fedavg'",
                "'strategy':'fedprox','mu':0.5,'epochs':3,'stragglers':0.5",
                "'strategy':'fedprox-adaptive','weighting':'uniform'",
                "'strategy':'fedavgm','weighting':{'capped':2},'selection':{'fraction':0.5}",
                "'strategy':'fedadam','threads':3,'servedAverage':0.5,'learningRateDecay':0.9",
                "'server':{'type':'momentum','momentum':0.5,'rate':1},'model':{'type':'mlp','hidden':[4]}",
                "'server':{'type':'adam'},'momentum':0.9,'model':{'type':'softmax'},'weighting':'samples'",
                "'server':{'type':'sgd','rate':0.5},'batch':5,'learningRate':0.1,'seed':-9000000000"
            })
    void everyFieldIsAccepted(String fields) {
        FederatedSimulation.Result once = simulation("'rounds':3," + fields).run(line -> {}, Progress.NONE);
        FederatedSimulation.Result again = simulation("'rounds':3," + fields).run(line -> {}, Progress.NONE);
        assertThat(once.run().accuracy()).isBetween(0.0, 1.0);
        assertThat(again.run().parameters()).isEqualTo(once.run().parameters());
        assertThat(once.standardization()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'seed':2",
                "'epochs':2",
                "'batch':3",
                "'learningRate':0.1",
                "'momentum':0.5",
                "'learningRateDecay':0.1",
                "'weighting':'uniform'",
                "'weighting':{'capped':0.5}",
                "'server':{'rate':0.5}",
                "'servedAverage':0.5"
            })
    void fieldsReachTheRun(String field) {
        assertThat(parameters("," + field)).isNotEqualTo(parameters(""));
    }

    private static float[] parameters(String more) {
        return simulation("'rounds':2,'selection':{'fraction':1}" + more)
                .run(line -> {}, Progress.NONE)
                .run()
                .parameters();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'strategy':'sgd'|strategy (\"sgd\") must be one of",
                "'mu':1|mu has no effect with strategy (fedprox-adaptive)",
                "'strategy':'fedprox','mu':-1|mu (-1) must be a number 0",
                "'rounds':0|rounds (0) must be an integer 1",
                "'rounds':1.5|rounds (1.5)",
                "'rounds':'5'|rounds (\"5\")",
                "'epochs':0|epochs (0)",
                "'batch':0|batch (0)",
                "'learningRate':0|learningRate (0)",
                "'learningRate':'x'|learningRate (\"x\")",
                "'learningRateDecay':2|learningRateDecay (2)",
                "'momentum':1|momentum (1)",
                "'seed':1e3|seed (1000.0) must be a 64-bit integer",
                "'stragglers':0.5|stragglers (0.5) needs at least 2 epochs",
                "'selection':{}|(selection) must have either count or fraction",
                "'selection':{'count':1,'fraction':1}|(selection) must have either",
                "'selection':{'count':0}|selection.count (0)",
                "'selection':{'fraction':2}|selection.fraction (2)",
                "'selection':3|selection (3) must be a JSON object",
                "'model':{'type':'cnn'}|model.type (\"cnn\")",
                "'model':{'type':'mlp'}|(model.hidden) is missing",
                "'model':{'type':'onnx'}|(model.file) is missing",
                "'model':{'type':'mlp','hidden':[]}|model.hidden ([])",
                "'model':{'type':'mlp','hidden':[0]}|model.hidden[0] (0)",
                "'model':{'type':'softmax','hidden':[3]}|(model.hidden) is unknown",
                "'weighting':'votes'|weighting (\"votes\")",
                "'weighting':{'capped':0}|weighting.capped (0)",
                "'weighting':{'cap':1}|(weighting.cap) is unknown",
                "'server':{'type':'lamb'}|server.type (\"lamb\")",
                "'server':{'tau':1}|(server.tau) is unknown",
                "'servedAverage':1|servedAverage (1)",
                "'threads':0|threads (0)",
                "'evaluateEvery':0|evaluateEvery (0)",
                "'roundz':3|(roundz) is unknown here. Maybe it is one of",
                "'privacy':{}|(privacy.epsilon) is missing",
                "'privacy':{'epsilon':0}|privacy.epsilon (0)",
                "'secureAggregation':true|secureAggregation (true) must be a JSON object",
                "'compression':{'type':'zip'}|compression.type (\"zip\")"
            })
    void errorsNameTheField(String fields, String message) {
        assertThatThrownBy(() -> simulation(fields))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{}|(data) is missing",
                "[]|(the document) ([])",
                "{'data':1}|data (1) must be a JSON object",
                "{'data':{'type':'csv'}}|data.type (\"csv\")",
                "{'data':{'type':'fsyn'}}|(data.file) is missing",
                "{'data':{'type':'mnist'}}|(data.folder) is missing",
                "{'data':{'type':'mnist','folder':'x'}}|(data.partition) is missing",
                "{'data':{'type':'mnist','folder':'x','standardize':1,'users':'u'}}|data.standardize (1)",
                "{'data':{'type':'mnist','folder':'x','partition':{'type':'halves'}}}|data.partition.type",
                "{'data':{'participants':0}}|data.participants (0)",
                "{'data':{},'data':{}}|not valid JSON",
                "{'data':{}} x|not valid JSON",
                "{'data':|not valid JSON"
            })
    void errorsOfDataNameTheField(String document, String message) {
        assertThatThrownBy(() -> FederatedSimulation.fromJson(document.replace('\'', '"')))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void readsAFileAndResolvesPathsFromItsFolder() throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(file, "{\"rounds\":1,\"data\":{\"type\":\"fsyn\",\"file\":\"none.fsyn\"}}");
        FederatedSimulation simulation = FederatedSimulation.read(file);
        assertThatThrownBy(() -> simulation.run(line -> {}, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(folder.resolve("none.fsyn").toString());
        assertThatThrownBy(() -> FederatedSimulation.read(folder.resolve("none.json")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("none.json");
        Files.write(file, new byte[(1 << 20) + 1]);
        assertThatThrownBy(() -> FederatedSimulation.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("more than 1048576");
    }

    @Test
    void theResultExports() {
        OnnxGraph graph =
                simulation("'rounds':1").run(line -> {}, Progress.NONE).toOnnx("clients");
        assertThat(graph.name()).isEqualTo("clients");
        assertThat(graph.outputs().get(0).name()).isEqualTo("probabilities");
    }

    private static FederatedSimulation simulation(String fields) {
        return FederatedSimulation.fromJson(("{" + fields + ",'data':" + SMALL + "}").replace('\'', '"'));
    }

    /** A simulation with a journal goes on where another stopped; rules and codec are those of the description. */
    @Test
    void rulesModelsAndJournalAreOfTheDescription() {
        String fields = "'strategy':'fedavg','seed':4,'selection':{'count':4},'models':'int8','journal':'run.journal',"
                + "'rules':{'minimum':2,'goal':3,'reportingSeconds':9,'maximumNorm':5,'paceSeconds':0}";
        FederatedSimulation simulation = described(fields + ",'rounds':2");
        assertThat(simulation.rules().minimumReports()).isEqualTo(2);
        assertThat(simulation.rules().goal()).isEqualTo(3);
        assertThat(simulation.rules().reportingWindow()).hasSeconds(9);
        assertThat(simulation.rules().maximumNorm()).isEqualTo(5);
        assertThat(simulation.models().orElseThrow().name()).isEqualTo("int8");

        simulation.run(line -> {}, Progress.NONE);
        List<String> lines = new ArrayList<>();
        FederatedSimulation.Result resumed = described(fields + ",'rounds':5").run(lines::add, Progress.NONE);
        assertThat(lines).as("the first two are done").hasSize(3).allMatch(line -> line.contains("\"reported\":3"));
        FederatedSimulation.Result whole = described(fields.replace("run.journal", "whole.journal") + ",'rounds':5")
                .run(line -> {}, Progress.NONE);
        assertThat(resumed.run().parameters()).isEqualTo(whole.run().parameters());
        assertThat(whole.run().parameters())
                .isNotEqualTo(
                        described(fields.replace("int8", "f32").replace("run.journal", "plain.journal") + ",'rounds':5")
                                .run(line -> {}, Progress.NONE)
                                .run()
                                .parameters());
        assertThatThrownBy(() -> described("'rules':{'minimum':3,'goal':2}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("goal (2)");
    }

    private FederatedSimulation described(String fields) {
        return FederatedSimulation.fromJson(("{" + fields + ",'data':" + SMALL + "}").replace('\'', '"'), folder);
    }
}
