package io.edgeai.core.runtime.provider;

import java.util.Map;

/**
 * NVIDIA GPUs through CUDA and cuDNN. Needs {@code com.microsoft.onnxruntime:onnxruntime_gpu} in the place of
 * {@code onnxruntime}, CUDA 12, cuDNN 9 and a driver. Defaults: device 0, all of its memory, FLOAT at its full
 * width, convolutions as cuDNN guesses.
 */
public record CudaProvider(Map<String, String> options) implements ExecutionProvider {
    public CudaProvider {
        options = Map.copyOf(options);
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public CudaProvider option(String name, String value) {
        return new CudaProvider(Settings.with(options, name, value));
    }

    public static CudaProvider device(int index) {
        return new CudaProvider(Map.of("device_id", Settings.device(index)));
    }

    /** Bytes that ONNX Runtime's arena may take of the GPU's memory, 1 MiB or more; default all. cuDNN takes its own. */
    public CudaProvider memoryLimit(long bytes) {
        return option("gpu_mem_limit", Settings.bytes("memoryLimit", bytes))
                .option("arena_extend_strategy", "kSameAsRequested");
    }

    /**
     * Whether products of FLOAT may be computed in TF32: for large products faster, off by about 1e-3 of the value; default
     * false, unlike ONNX Runtime's, so that answers are those of the processor.
     */
    public CudaProvider tf32(boolean allowed) {
        return option("use_tf32", allowed ? "1" : "0");
    }

    /**
     * Whether every way of a convolution is tried at the first run of each shape, which takes up to seconds, also where only
     * the batch is of another size; default false, unlike ONNX Runtime's: cuDNN's own guess.
     */
    public CudaProvider searchConvolutions(boolean all) {
        return option("cudnn_conv_algo_search", all ? "EXHAUSTIVE" : "HEURISTIC");
    }
}
