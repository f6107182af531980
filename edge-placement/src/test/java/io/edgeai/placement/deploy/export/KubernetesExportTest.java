package io.edgeai.placement.deploy.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.edgeai.core.error.InvalidInputException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kubernetes' own model, generated from its published OpenAPI, reads what is exported and knows every field. */
class KubernetesExportTest {
    private static final YAMLMapper YAML = new YAMLMapper(new YAMLFactory());

    @Test
    void kubernetesKnowsEveryField() throws IOException {
        Map<String, String> files = new KubernetesExport().export(Plans.ALL, Plans.SETTINGS);
        assertThat(files).hasSize(3);
        for (String text : files.values()) {
            String[] documents = text.split("---\n");
            Deployment deployment = Serialization.unmarshal(documents[0], Deployment.class);
            Service service = Serialization.unmarshal(documents[1], Service.class);
            assertSame(documents[0], deployment);
            assertSame(documents[1], service);
            assertThat(deployment.getSpec().getSelector().getMatchLabels())
                    .isEqualTo(service.getSpec().getSelector())
                    .allSatisfy((key, value) -> assertThat(deployment
                                    .getSpec()
                                    .getTemplate()
                                    .getMetadata()
                                    .getLabels())
                            .containsEntry(key, value));
            assertThat(service.getSpec().getPorts().get(0).getTargetPort().getStrVal())
                    .isEqualTo(container(deployment).getPorts().get(0).getName());
        }
    }

    /** A field that the model did not know would be among its additional properties and come back elsewhere or not. */
    private static void assertSame(String document, Object model) throws IOException {
        JsonNode written = YAML.readTree(document);
        JsonNode known = YAML.readTree(Serialization.asYaml(model));
        assertThat(known).isEqualTo(written);
        assertThat(Serialization.asJson(model)).doesNotContain("additionalProperties");
    }

    private static Container container(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().get(0);
    }

    @Test
    void thePlansFiguresAreThere() {
        Map<String, String> files = new KubernetesExport().export(Plans.ALL, Plans.SETTINGS);
        Deployment full =
                Serialization.unmarshal(files.values().iterator().next().split("---\n")[0], Deployment.class);
        assertThat(full.getSpec().getReplicas()).isEqualTo(2);
        Container container = container(full);
        assertThat(container.getResources().getRequests().get("cpu").getNumericalAmount())
                .isEqualByComparingTo("1.5");
        assertThat(container.getResources().getRequests().get("memory").getNumericalAmount())
                .isEqualByComparingTo("300000000");
        assertThat(container.getResources().getLimits().get("nvidia.com/gpu").getNumericalAmount())
                .as("half a device is one")
                .isEqualByComparingTo("1");
        assertThat(container.getEnv())
                .anySatisfy(variable -> assertThat(variable.getValue()).isEqualTo("s3://models/defects-2.onnx"));
    }

    /** The fields of serving.kserve.io/v1beta1 that KServe's documentation shows for a model of a given format. */
    @Test
    void kserveIsAskedAsItsDocumentationAsks() throws IOException {
        Map<String, String> files = new KserveExport().export(Plans.ALL, Plans.SETTINGS);
        JsonNode full = YAML.readTree(files.values().iterator().next());
        assertThat(full.get("apiVersion").textValue()).isEqualTo("serving.kserve.io/v1beta1");
        assertThat(full.get("kind").textValue()).isEqualTo("InferenceService");
        assertThat(Plans.fields(full.get("spec"))).containsExactly("predictor");
        JsonNode predictor = full.get("spec").get("predictor");
        assertThat(Plans.fields(predictor)).containsExactly("maxReplicas", "minReplicas", "model", "nodeSelector");
        assertThat(predictor.get("minReplicas").intValue()).isEqualTo(2);
        JsonNode model = predictor.get("model");
        assertThat(Plans.fields(model)).containsExactly("modelFormat", "protocolVersion", "resources", "storageUri");
        assertThat(model.get("modelFormat").get("name").textValue()).isEqualTo("onnx");
        assertThat(model.get("storageUri").textValue()).isEqualTo("s3://models/defects-2.onnx");
    }

    @ParameterizedTest
    @CsvSource({"defects-west, true", "a, true", "Halle 7, false", "7up, false", "-, false", "ünïcode, false"})
    void namesAreLabelsOfTheDomainNameSystem(String text, boolean kept) {
        String label = Names.dns(text);
        assertThat(label).matches("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
        assertThat(label.equals(text)).isEqualTo(kept);
    }

    @Test
    void differentNamesStayDifferent() {
        TreeSet<String> texts = new TreeSet<>();
        TreeSet<String> labels = new TreeSet<>();
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder();
            for (int k = random.nextInt(80); k >= 0; k--) {
                text.append("aA-_ ü1".charAt(random.nextInt(7)));
            }
            texts.add(text.toString());
            String label = Names.dns(text.toString());
            labels.add(label);
            assertThat(label).as("seed 1, name " + text).matches("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
        }
        assertThat(labels).hasSameSizeAs(texts);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": 1, \"b\": [1, \"x: y\", {\"c\": [], \"d\": {}}, [2, [3]]], \"no\": \"no\", \"k e y\": null}",
                "{\"deep\": {\"er\": {\"est\": [{\"x\": {\"y\": true}, \"z\": -1.5e3}]}}, \"q\": \"\\\"#\\n\\\\ü\"}"
            })
    void yamlSaysWhatTheTreeSays(String json) throws IOException {
        JsonNode tree = Plans.json(json);
        assertThat(YAML.readTree(Yaml.write(tree))).isEqualTo(tree);
    }

    @Test
    void settingsAndNamesOfFormatsAreChecked() {
        for (String name : PlanExporters.NAMES) {
            assertThat(PlanExporters.named(name).export(Plans.ALL, Plans.SETTINGS))
                    .as(name)
                    .isNotEmpty();
        }
        assertThatThrownBy(() -> PlanExporters.named("fax"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("kubernetes");
        assertThatThrownBy(() -> ExportSettings.of("two words", variant -> URI.create("x")))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new ExportSettings("i", variant -> URI.create("x"), 0, "gpu", "1.0.0"))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new ExportSettings("i", variant -> URI.create("x"), 80, "gpu", "1.0"))
                .isInstanceOf(InvalidInputException.class);
    }
}
