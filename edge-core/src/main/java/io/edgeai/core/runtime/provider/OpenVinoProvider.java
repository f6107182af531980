package io.edgeai.core.runtime.provider;

import io.edgeai.core.error.InvalidInputException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Intel's processors, GPUs and NPUs through OpenVINO. Needs an ONNX Runtime built with it ({@code
 * -Donnxruntime.native.path=FOLDER}). Built in, it takes the device alone and refuses the rest; as a plug-in
 * (registered with ONNX Runtime's environment), CPU, GPU or NPU and the other options. Default: the CPU. Never run by us.
 */
public record OpenVinoProvider(Map<String, String> options) implements ExecutionProvider {
    private static final Pattern DEVICE =
            Pattern.compile("(CPU|GPU|NPU)(\\.\\d+)?|AUTO|(AUTO|HETERO|MULTI):[A-Z0-9.,]+");

    public OpenVinoProvider {
        options = Map.copyOf(options);
    }

    @Override
    public String name() {
        return "openvino";
    }

    @Override
    public OpenVinoProvider option(String name, String value) {
        return new OpenVinoProvider(Settings.with(options, name, value));
    }

    public static OpenVinoProvider device(String name) {
        if (!DEVICE.matcher(name).matches()) {
            throw new InvalidInputException(
                    "OpenVINO device (" + name + ") is not known. Maybe CPU, GPU, NPU, GPU.1 or AUTO:GPU,CPU?");
        }
        return new OpenVinoProvider(Map.of("device_type", name));
    }

    /** A folder for compiled blobs, so that the next start need not compile; for the plug-in. */
    public OpenVinoProvider cache(Path folder) {
        return option("cache_dir", folder.toString());
    }
}
