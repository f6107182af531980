package io.edgeai.placement.deploy.export;

import io.edgeai.core.error.InvalidInputException;
import java.net.URI;
import java.util.function.Function;

/**
 * What a plan does not know and other systems ask for.
 *
 * @param image container image that serves; it finds its model in {@code EDGEAI_MODEL_URI} and is told {@code
 *     EDGEAI_SERVICE} and {@code EDGEAI_VARIANT}, and by {@code EDGEAI_MAX_BATCH} how many inputs a run takes at most where
 *     the plan chose that
 * @param modelUri where the model of a variant can be fetched, by the variant's name
 * @param port on which the image serves the Open Inference Protocol
 * @param acceleratorResource name of the extended resource for accelerators; shares are rounded up to whole devices
 * @param version three numbers, where a format asks for a version
 */
public record ExportSettings(
        String image, Function<String, URI> modelUri, int port, String acceleratorResource, String version) {
    public ExportSettings {
        if (image.isBlank() || image.contains(" ")) {
            throw new InvalidInputException("Image (" + image + ") is no container image. Maybe registry/name:tag.");
        }
        if (port < 1 || port > 65_535) {
            throw new InvalidInputException("Port (" + port + ") is not in 1 to 65535.");
        }
        if (!version.matches("(0|[1-9]\\d{0,5})\\.(0|[1-9]\\d{0,5})\\.(0|[1-9]\\d{0,5})")) {
            throw new InvalidInputException("Version (" + version + ") is no three numbers. Maybe 1.0.0.");
        }
    }

    /** Port 8000, resource {@code nvidia.com/gpu}, version 1.0.0. */
    public static ExportSettings of(String image, Function<String, URI> modelUri) {
        return new ExportSettings(image, modelUri, 8000, "nvidia.com/gpu", "1.0.0");
    }
}
