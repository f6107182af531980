package io.edgeai.core.runtime.provider;

import java.nio.file.Path;
import java.util.Map;

/**
 * NVIDIA GPUs through TensorRT; what it does not take runs on CUDA, then on the CPU. Needs {@code
 * com.microsoft.onnxruntime:onnxruntime_gpu} in the place of {@code onnxruntime}, what {@link CudaProvider} needs, and
 * TensorRT 10. Building an engine takes seconds to minutes at the first run: give it a {@link #cache}. ONNX Runtime's
 * defaults: device 0, FLOAT, no cache.
 */
public record TensorRtProvider(Map<String, String> options) implements ExecutionProvider {
    public TensorRtProvider {
        options = Map.copyOf(options);
    }

    @Override
    public String name() {
        return "tensorrt";
    }

    @Override
    public TensorRtProvider option(String name, String value) {
        return new TensorRtProvider(Settings.with(options, name, value));
    }

    public static TensorRtProvider device(int index) {
        return new TensorRtProvider(Map.of("device_id", Settings.device(index)));
    }

    /** Whether layers may run in FP16; default false. */
    public TensorRtProvider half(boolean allowed) {
        return option("trt_fp16_enable", allowed ? "1" : "0");
    }

    /** Whether layers may run in bytes, which a graph with QuantizeLinear nodes needs; default false. */
    public TensorRtProvider bytes(boolean allowed) {
        return option("trt_int8_enable", allowed ? "1" : "0");
    }

    /** A folder for engines and timings; clear it when the model, driver or GPU changes. */
    public TensorRtProvider cache(Path folder) {
        return option("trt_engine_cache_enable", "1")
                .option("trt_engine_cache_path", folder.toString())
                .option("trt_timing_cache_enable", "1")
                .option("trt_timing_cache_path", folder.toString());
    }

    /** Memory TensorRT may use while it builds, 1 MiB or more. */
    public TensorRtProvider workspaceBytes(long bytes) {
        return option("trt_max_workspace_size", Settings.bytes("workspaceBytes", bytes));
    }
}
