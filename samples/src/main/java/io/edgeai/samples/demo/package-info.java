/**
 * The whole story on embedded defaults: learn, register, shrink, place, serve, watch and learn together. Each step is
 * one class that calls the library as a user would, and leaves its figures to the report.
 */
@NullMarked
package io.edgeai.samples.demo;

import org.jspecify.annotations.NullMarked;
