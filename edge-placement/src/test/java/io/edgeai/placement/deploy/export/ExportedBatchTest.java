package io.edgeai.placement.deploy.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.model.AcceleratorNeed;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The size that the plan chose is where each system hands it to the service; where none was chosen, nothing is said. */
class ExportedBatchTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    private static PlannedService service(int batch) {
        return new PlannedService("west", List.of("a"), "defects", "defects", "v", 0, 0, AcceleratorNeed.NONE, batch);
    }

    private static String file(String format, int batch) {
        return String.join(
                "",
                PlanExporters.named(format)
                        .export(List.of(service(batch)), Plans.SETTINGS)
                        .values());
    }

    @ParameterizedTest
    @CsvSource({
        "kubernetes, /spec/template/spec/containers/0/env/3/value",
        "kserve, /spec/predictor/model/env/0/value",
        "iot-edge, '/modulesContent/$edgeAgent/properties.desired/modules/defects-0/env/EDGEAI_MAX_BATCH/value'",
        "nomad, /Job/TaskGroups/0/Tasks/0/Env/EDGEAI_MAX_BATCH",
        "compose, /services/defects/environment/EDGEAI_MAX_BATCH"
    })
    void theVariableHoldsIt(String format, String pointer) throws IOException {
        JsonNode tree = YAML.readTree(file(format, 8).split("---\n", 2)[0]);

        assertThat(tree.at(pointer).textValue()).isEqualTo("8");
        assertThat(file(format, 0)).doesNotContain("EDGEAI_MAX_BATCH", "max-batch");
    }

    @Test
    void greengrassPassesItToTheContainer() {
        String run = Plans.json(file("greengrass", 8))
                .at("/Manifests/0/Lifecycle/Run")
                .textValue();

        assertThat(run).contains(" -e EDGEAI_MAX_BATCH=8 ");
        assertThat(file("greengrass", 0)).doesNotContain("EDGEAI_MAX_BATCH");
    }

    /** Triton hears of it by its command line, so the runtime that the line is for is named. */
    @Test
    void tritonIsToldByItsCommandLine() throws IOException {
        JsonNode model = YAML.readTree(file("kserve", 8)).at("/spec/predictor/model");

        assertThat(model.get("args").get(0).textValue()).isEqualTo("--backend-config=default-max-batch-size=8");
        assertThat(model.get("runtime").textValue()).isEqualTo("kserve-tritonserver");
        assertThat(YAML.readTree(file("kserve", 0)).at("/spec/predictor/model").has("runtime"))
                .isFalse();
    }
}
