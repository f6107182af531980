/**
 * Reads safetensors files and folders of several. Headers are bounded and checked before anything is allocated; weights
 * are mapped, not loaded.
 */
@NullMarked
package io.edgeai.formats.safetensors;

import org.jspecify.annotations.NullMarked;
