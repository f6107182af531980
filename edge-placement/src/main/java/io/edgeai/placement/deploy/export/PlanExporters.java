package io.edgeai.placement.deploy.export;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;

/** Exporters by name. */
public final class PlanExporters {
    /** Names that {@link #named} knows. */
    public static final List<String> NAMES =
            List.of("kubernetes", "kserve", "greengrass", "iot-edge", "nomad", "compose");

    private PlanExporters() {}

    /** @throws InvalidInputException where the name is none of {@link #NAMES} */
    public static PlanExporter named(String name) {
        return switch (name) {
            case "kubernetes" -> new KubernetesExport();
            case "kserve" -> new KserveExport();
            case "greengrass" -> new GreengrassExport();
            case "iot-edge" -> new IotEdgeExport();
            case "nomad" -> new NomadExport();
            case "compose" -> new ComposeExport();
            default ->
                throw new InvalidInputException("Export format (" + name + ") is unknown. Maybe one of " + NAMES + ".");
        };
    }
}
