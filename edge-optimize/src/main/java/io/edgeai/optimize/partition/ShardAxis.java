package io.edgeai.optimize.partition;

/** Along which dimension a layer's weights are dealt out. */
public enum ShardAxis {
    /** Outputs: each shard computes some of the output's columns or channels from the whole input; joined by Concat. */
    OUTPUTS,
    /** Inputs: each shard computes a partial sum of the whole output from some of the input; joined by Sum. Not for Conv. */
    INPUTS
}
