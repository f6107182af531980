package io.edgeai.placement.deploy.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.placement.deploy.PlannedService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A KServe InferenceService ({@code serving.kserve.io/v1beta1}) for each service, served by KServe's own ONNX runtime. */
public final class KserveExport implements PlanExporter {
    @Override
    public Map<String, String> export(List<PlannedService> services, ExportSettings settings) {
        Map<String, String> files = new LinkedHashMap<>();
        for (PlannedService service : services) {
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
            KubernetesExport.resources(model, service, settings);
            files.put(KubernetesExport.name(service) + ".yaml", Yaml.write(root));
        }
        return files;
    }
}
