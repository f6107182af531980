package io.edgeai.placement.deploy.export;

import io.edgeai.placement.deploy.PlannedService;
import java.util.List;
import java.util.Map;

/** Says a plan in the words of another system. Implementations are stateless. */
@FunctionalInterface
public interface PlanExporter {
    /** Texts by file name, in a fixed order. */
    Map<String, String> export(List<PlannedService> services, ExportSettings settings);
}
