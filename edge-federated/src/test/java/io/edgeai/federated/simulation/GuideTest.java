package io.edgeai.federated.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.Samples;
import io.edgeai.federated.Update;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the guide shows must run, and the schema must know what the example uses. */
class GuideTest {
    private static final Path ROOT = Path.of(System.getProperty("edgeai.root", ".."));

    @Test
    void theExampleOfTheGuideRuns() throws IOException {
        List<String> lines = new ArrayList<>();
        FederatedSimulation.fromJson(example()).run(lines::add, Progress.NONE);
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).startsWith("{\"round\":1,\"accuracy\":").contains("\"epsilon\":null");
    }

    @Test
    void theExampleFollowsTheSchema() throws IOException {
        JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Files.readString(ROOT.resolve("docs/cli/federate-simulate.schema.json")));
        assertThat(schema.validate(new ObjectMapper().readTree(example()))).isEmpty();
        assertThat(schema.validate(new ObjectMapper().readTree("{}")))
                .singleElement()
                .satisfies(fault -> assertThat(fault.getMessage()).contains("data"));
    }

    /** Each property of the schema is one the reader knows: set to a wrong type, the error is about it, not about an unknown field. */
    @Test
    void theReaderKnowsTheFieldsOfTheSchema() throws IOException {
        JsonNode schema = new ObjectMapper()
                .readTree(ROOT.resolve("docs/cli/federate-simulate.schema.json").toFile());
        schema.get("properties").fieldNames().forEachRemaining(field -> {
            String document = field.equals("data") ? "{\"data\":[]}" : "{\"data\":{},\"" + field + "\":[]}";
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> FederatedSimulation.fromJson(document))
                    .as(field)
                    .hasMessageContaining(field)
                    .hasMessageNotContaining("unknown");
        });
    }

    @Test
    void theJavaOfTheGuideCompilesAndRuns() {
        LabelledSet all = Samples.clouds(400, 12, 4, 1);
        LabelledSet test = all.range(300, 400);
        FederatedDataset users = FederatedDataset.partition(all.range(0, 300), Partitioner.dirichlet(0.5), 20, 1);
        DenseNetwork model = DenseNetwork.mlp(12, 4, 16);
        Trainer trainer = new Trainer(model);
        LabelledSet ownData = all.range(0, 50);
        FederatedParticipant site = FederatedParticipant.of("hall-7", 50, task -> {
            float[] parameters = task.parameters();
            trainer.train(parameters, ownData, task.settings(), task.seed());
            return Update.of(parameters, 50);
        });
        FederatedRun run = FederatedCoordinator.builder()
                .model(model)
                .data(users)
                .participant(site)
                .strategy(Strategies.fedAdam())
                .selection(Selection.fraction(0.5))
                .rounds(10)
                .seed(1)
                .evaluation(test, 10)
                .build()
                .run();
        OnnxGraph graph = run.toOnnx("digits");
        assertThat(graph.inputs().get(0).name()).isEqualTo("input");
        assertThat(run.rounds()).allMatch(round -> round.failures().isEmpty());
    }

    private static String example() throws IOException {
        String guide = Files.readString(ROOT.resolve("docs/guide/federated.md"));
        int from = guide.indexOf("```json", guide.indexOf("<!-- example -->")) + "```json".length();
        return guide.substring(from, guide.indexOf("```", from));
    }
}
