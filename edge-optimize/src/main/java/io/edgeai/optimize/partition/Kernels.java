package io.edgeai.optimize.partition;

/** What the parts of a split network are made of. */
public enum Kernels {
    /**
     * Cut the graph that the engine rewrites the model to, with its merged and re-laid operators: the parts run the very
     * kernels that the whole model runs, so results are equal bit by bit and no speed is lost. The parts fit this engine's
     * version and this kind of processor. For threads and processes of one machine, or machines of one kind.
     */
    ENGINE,
    /**
     * Cut the model as it is, only where the engine merges nothing across: the parts run anywhere. The engine may choose
     * another kernel beside a cut, which rounds differently; the split says whether it did.
     */
    PORTABLE
}
