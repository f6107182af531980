package io.edgeai.placement.deploy.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.deploy.site.ServiceEnvironment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A KServe InferenceService ({@code serving.kserve.io/v1beta1}) for each service, served by KServe's own ONNX runtime, which
 * is Triton. Where the plan chose a size of batches, the runtime is named and told it; Triton then takes it for models
 * whose configuration does not say.
 */
public final class KserveExport implements PlanExporter {
    private static final String TRITON = "kserve-tritonserver";

    @Override
    public Map<String, String> export(List<PlannedService> services, ExportSettings settings) {
        Map<String, String> files = new LinkedHashMap<>();
        for (PlannedService service : services) {
            files.put(KubernetesExport.name(service) + ".yaml", Yaml.write(inferenceService(service, settings)));
        }
        return files;
    }

    /** The InferenceService as a tree. */
    public static ObjectNode inferenceService(PlannedService service, ExportSettings settings) {
        ObjectNode root = KubernetesExport.head("serving.kserve.io/v1beta1", "InferenceService", service);
        ObjectNode predictor = root.putObject("spec")
                .putObject("predictor")
                .put("minReplicas", service.replicas())
                .put("maxReplicas", service.replicas());
        predictor.putObject("nodeSelector").put(KubernetesExport.SITE, Names.dns(service.site()));
        ObjectNode model = predictor.putObject("model");
        model.putObject("modelFormat").put("name", "onnx");
        model.put("protocolVersion", "v2");
        model.put("storageUri", settings.modelUri().apply(service.variant()).toString());
        if (service.batch() > 0) {
            model.put("runtime", TRITON);
            model.putArray("args").add("--backend-config=default-max-batch-size=" + service.batch());
            model.putArray("env")
                    .addObject()
                    .put("name", ServiceEnvironment.MAX_BATCH)
                    .put("value", Integer.toString(service.batch()));
        }
        KubernetesExport.resources(model, service, settings);
        return root;
    }
}
