"""A large made-up book for measuring: any number of clients and interactions, written by COPY as it is made up."""
